"""Devices of visits, and the user agents that browsers, programs and the shop's own tests send."""

import numpy as np

DEVICES = ("desktop", "phone")
DESKTOP, PHONE = range(2)
AGENTS = (
    "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/140.0.0.0 Safari/537.36",
    "Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/18.5 Safari/605",
    "Mozilla/5.0 (X11; Linux x86_64; rv:143.0) Gecko/20100101 Firefox/143.0",
    "Mozilla/5.0 (iPhone; CPU iPhone OS 18_5 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Mobile/15E148",
    "Mozilla/5.0 (Linux; Android 10; K) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/140.0.0.0 Mobile Safari/537.36",
    "Mozilla/5.0 (Android 15; Mobile; rv:143.0) Gecko/143.0 Firefox/143.0",
    "Mozilla/5.0 (compatible; Pricewatchbot/2.1; +https://pricewatch.example/bot.html)",
    "Mozilla/5.0 (compatible; SeekSpider/1.0; +https://seek.example/spider)",
    "python-requests/2.32.5",
    "Mozilla/5.0 (X11; Linux x86_64) HeadlessChrome/140.0.0.0 shop-checkout-test/3",
)
PER_DEVICE, FIRST_BOT, BOTS, TEST_AGENT = 3, 6, 3, 9


def agents(rng: np.random.Generator, device: np.ndarray, is_bot: np.ndarray, is_test: np.ndarray) -> np.ndarray:
    """Numbers into AGENTS, one per visit."""
    variant = rng.integers(0, PER_DEVICE, len(device))
    return np.select([is_test, is_bot], [TEST_AGENT, FIRST_BOT + variant % BOTS], device * PER_DEVICE + variant)
