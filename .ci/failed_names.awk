# Of ctest's logs build/FOLDER/Testing/Temporary/LastTest.log: "FOLDER: TEST" for each test that failed, and a line more
# for each case of it: those that Google Test or unittest says failed, and the one that was running at the end.
FNR == 1 { split(FILENAME, path, "/"); running = "" }
/^Unable to find executable: / { print path[2] ": " $0 }
/^[0-9]+\/[0-9]+ Testing: / { test = path[2] ": " substr($0, index($0, "Testing: ") + 9); cases = running = "" }
/^\[ RUN      \] / { running = $4 }
/^\[  FAILED  \] .* ms\)$/ { sub(/,$/, "", $4); cases = cases "\n" test ": " $4 }
/^\[ .* ms\)$/ { running = "" }
/^(FAIL|ERROR): / { cases = cases "\n" test ": " substr($0, index($0, " ") + 1) }
/^Test (Failed|Timeout)/ { print test cases (running ? "\n" test ": " running " did not end" : "") }
