"""Kinds of customers by maximum likelihood: expectation-maximisation, their number by ICL.

Dempster, Laird, Rubin 1977; Schwarz 1978. BIC also splits a kind in two that can hardly be told apart, of which one
takes all the extremes: on two of three planted shops of 20,000 it cut those who come once in two, and the least
valuable tenth was told about half of what it is worth. The integrated completed likelihood (Biernacki, Celeux, Govaert,
IEEE PAMI 22, 2000) also asks that customers belong clearly to one kind: six of six planted on six shops tried.

Each round takes one step up in every part instead of going to its top (generalised EM), which costs a tenth and comes
to the same end. The same customers give the same kinds.
"""

from dataclasses import dataclass, replace

import numpy as np
from scipy.special import entr

from mining_tasks.experiments.habits import baskets, bg_nbd, clock, gamma_gamma, starts
from mining_tasks.experiments.habits.cells import Cells, Numbers
from mining_tasks.experiments.habits.clock import Calendar
from mining_tasks.experiments.habits.departments import Counts
from mining_tasks.experiments.habits.habit import Habit, Standing
from mining_tasks.experiments.habits.maximise import NoFit, Scores, step
from mining_tasks.experiments.habits.mixture import Kinds, Placed
from mining_tasks.experiments.habits.told import Told

KINDS_MOST = 8
ROWS_MOST, ROWS_TRIED = 20_000, 2_000  # to learn from; of these to find the number of kinds on
ROWS_LEAST = 400  # below, no kind but one has anything to stand on
STARTS, LONG, FULL = 2, 40, 100  # searches for each number of kinds; rounds of each, and to the end
NEAR, CLOSE = 2e-5, 2e-6  # of the log-likelihood: gained in a round, less ends a search, and the last of them
SHARE_LEAST = 1e-3  # of a customer; less of her teaches a kind nothing
PRIOR = 1.0  # customers of each kind before any was seen
WORSE_MOST = 2  # numbers of kinds in a row that are worse than the best
SEED = 20170101


@dataclass(frozen=True)
class Lesson:
    """Customers to learn from, with what does not change from round to round."""

    told: Told
    days: Calendar
    counts: Counts

    @property
    def months(self) -> int:
        """How many months of the year were seen."""
        return int((self.days.passed[-1] > 0).sum())


def fit(told: Told, before: Kinds | None = None) -> Kinds:
    """Learn the kinds of n customers; raises `NoFit` where there is nothing to learn from.

    before: kinds that were learned as of an earlier day; the search then begins at them.
    """
    if len(told) < ROWS_LEAST or not told.has_paid.any():
        raise NoFit(f"{len(told):,} customers with an order, {ROWS_LEAST:,} are needed")
    if before is not None and (before.departments, before.looks_at_lines) != (told.names, bool(told.has_lines.any())):
        before = None
    return climbed(_lesson(_some(told, ROWS_MOST)), numbered(_lesson(_some(told, ROWS_TRIED)), before), FULL, CLOSE)


def numbered(lesson: Lesson, before: Kinds | None = None) -> Kinds:
    """The number of kinds of least ICL, from one up until more are worse; or from those of before up, and one fewer,
    since what an earlier day took for two kinds would stay apart for ever."""
    first = len(before) if before else 1
    found = {first: climbed(lesson, before, LONG) if before else of_number(lesson, 1)}
    if first > 1:
        found[first - 1] = of_number(lesson, first - 1)
    prices = {count: icl(lesson, kinds) for count, kinds in found.items()}
    for count in range(first + 1, KINDS_MOST + 1):
        found[count] = of_number(lesson, count)
        prices[count] = icl(lesson, found[count])
        if count - max(first, min(prices, key=prices.__getitem__)) >= (1 if before else WORSE_MOST):
            break
    return found[min(prices, key=prices.__getitem__)]


def of_number(lesson: Lesson, count: int) -> Kinds:
    """The best of a few searches."""
    found = []
    for number in range(STARTS if count > 1 else 1):
        shares = starts.drawn(lesson.told, count, np.random.default_rng(SEED + number))
        habits = tuple(starts.habit(lesson.told, share) for share in shares.T)
        found.append(climbed(lesson, _kinds(lesson, habits), LONG))
    return max(found, key=lambda kinds: kinds.log_likelihood)


def climbed(lesson: Lesson, kinds: Kinds, rounds: int, close: float = NEAR) -> Kinds:
    """At most so many rounds, fewer where the likelihood rises no more."""
    before = -np.inf
    for _ in range(rounds):
        placed = kinds.placed(lesson.told)
        now = placed.log_likelihood
        if not np.isfinite(now):
            raise NoFit("the likelihood of kinds of customers has no maximum")
        kinds = replace(kinds, log_likelihood=now, customers=len(lesson.told))
        if now - before < close * abs(now):
            break
        before, kinds = now, _raised(lesson, kinds, placed)
    return kinds


def icl(lesson: Lesson, kinds: Kinds) -> float:
    """The less the better: badness of fit, a price for every parameter, and one for customers between kinds (the
    entropy of their shares)."""
    each = 5 + 3 + (5 if kinds.looks_at_lines else 0) + len(kinds.departments) + max(lesson.months - 1, 0)
    parameters = len(kinds) * (each + 1) - 1
    entropy = float(entr(kinds.placed(lesson.told).shares).sum())
    return -2 * kinds.log_likelihood + parameters * float(np.log(len(lesson.told))) + 2 * entropy


def _raised(lesson: Lesson, kinds: Kinds, placed: Placed) -> Kinds:
    parts = zip(kinds.habits, placed.standings, placed.shares.T, strict=True)
    habits = [_habit(lesson, each, standing, share) for each, standing, share in parts]
    whole = sum(each.share for each in habits)
    return replace(kinds, habits=tuple(each.with_share(each.share / whole) for each in habits))


def _habit(lesson: Lesson, before: Habit, standing: Standing, share: Numbers) -> Habit:
    told, total = lesson.told, float(share.sum())
    speeds = _speeds(lesson, before, standing, share)
    stayed = share * (1 - standing.left_first)
    on_clock = replace(before, speeds=tuple(speeds.tolist())).standing(told, lesson.days)
    kept, paid = stayed > SHARE_LEAST, (share > SHARE_LEAST) & told.has_paid
    cells = Cells(told.frequency[kept], on_clock.recency[kept], on_clock.age[kept], stayed[kept])
    own = told.orders[paid], told.sales[paid]
    found = Habit(
        share=(total + PRIOR) / len(told),
        orders=_better(lambda at: bg_nbd.scores(cells, at), before.orders, stayed[kept]),
        leaves_first=float((share @ standing.left_first + 0.5 * PRIOR) / (total + 20 * PRIOR)),
        speeds=tuple(speeds.tolist()),
        pays=_better(lambda at: gamma_gamma.scores(*own, at), before.pays, share[paid]),
        buys=tuple(lesson.counts.fitted(np.array(before.buys), share).tolist()),
    )
    return _with_lines(told, before, found, share) if before.fills else found


def _with_lines(told: Told, before: Habit, found: Habit, share: Numbers) -> Habit:
    """The same with a step up in how many lines its orders have and what these cost."""
    filled = (share > SHARE_LEAST) & told.has_lines
    priced = filled & told.has_price
    lines, prices = (told.orders[filled], told.lines[filled]), (told.lines[priced], told.price[priced])
    return replace(
        found,
        fills=_better(lambda at: baskets.scores(*lines, at), before.fills, share[filled]),
        prices=_better(lambda at: gamma_gamma.scores(*prices, at), before.prices, share[priced]),
    )


def _better(scores: Scores, before: tuple[float, ...], weight: Numbers) -> tuple[float, ...]:
    """A step up; where hardly anybody is of the kind, it stays as it was."""
    return step(scores, before, weight) if weight.sum() > PRIOR else before


def _speeds(lesson: Lesson, before: Habit, standing: Standing, share: Numbers) -> Numbers:
    """The clock on which the kind's orders come evenly: they, by what an even clock would have brought each month."""
    told, days = lesson.told, lesson.days
    r, alpha = before.orders[:2]
    until_now = share * (1 - standing.left) * (r + told.frequency) / (alpha + standing.age)
    until_last = share * standing.left * (r + told.frequency) / (alpha + standing.recency) * (told.frequency > 0)
    weight = np.bincount(told.last - days.start, until_last, len(days.passed))
    weight[told.day - days.start] += until_now.sum()
    weight -= np.bincount(told.first - days.start, until_now + until_last, len(days.passed))
    return clock.learned(share @ told.months, weight @ days.passed)


def _kinds(lesson: Lesson, habits: tuple[Habit, ...]) -> Kinds:
    return Kinds(habits, lesson.told.names, -np.inf, len(lesson.told))


def _lesson(told: Told) -> Lesson:
    return Lesson(told, clock.calendar(told), Counts(told.departments))


def _some(told: Told, most: int) -> Told:
    """At most so many customers, the same ones for the same customers."""
    if len(told) <= most:
        return told
    return told.of(np.sort(np.random.default_rng(SEED).choice(len(told), most, replace=False)))
