-- Where no more than an initial is told, the mailbox may spell it out: S. Huber, who reads susanne.huber82@…; mailboxes
-- of a house ($role_mailboxes) name nobody.
UPDATE written
SET given_name = spelt_out(given_name, word_beside(letters_of(surname), mailbox_words(email)))
WHERE
    NOT is_guest AND email IS NOT NULL AND coalesce(strlen(given_name), 0) <= 3
    AND NOT regexp_full_match(split_part(email, '@', 1), $role_mailboxes)
    AND spelt_out(given_name, word_beside(letters_of(surname), mailbox_words(email))) IS NOT NULL
