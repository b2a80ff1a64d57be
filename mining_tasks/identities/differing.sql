-- Which differences tell two people apart, where nothing has been learnt yet: every one.
CREATE TABLE IF NOT EXISTS differing AS SELECT TRUE AS given_tells, TRUE AS surname_tells, TRUE AS birth_tells
