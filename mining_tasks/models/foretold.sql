SELECT * FROM {foretold}
