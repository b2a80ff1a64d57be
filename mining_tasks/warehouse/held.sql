-- Contact values that a connection holds while it works.
CREATE TEMP TABLE {held} AS SELECT {columns} FROM {stream};
