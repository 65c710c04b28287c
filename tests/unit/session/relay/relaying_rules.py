"""Each rule of the relaying value is flipped, one by one, and the test of every sequence has to notice.

relaying_rules.py SOURCE_DIR CXX TEST_OBJECT...   The objects are those of relaying_test, built from the rules as they are.
"""

import re
import subprocess
import sys
import tempfile
from pathlib import Path

SOURCE, CXX, OBJECTS = Path(sys.argv[1]), sys.argv[2], sys.argv[3:]
TABLE = "core/session/relay/ending.hpp"
VALUE = "core/session/relay/relaying.cpp"
FLOW = "core/session/relay/flow.hpp"

# File, what stands there, what is put in its place: a row of the table in relaying.hpp, the other way round.
TRANSITIONS = [
    (VALUE, "mutable_flow(from).on_received(bytes);\n  return Step::send", "mutable_flow(from).on_received(bytes);\n  return Step::receive"),
    (VALUE, "mutable_flow(from).on_sent(bytes);\n  return next(from)", "mutable_flow(from).on_sent(bytes);\n  return Step::receive"),
    (VALUE, "if (direction.receiving()) return Step::await_sender", "if (direction.undelivered() == 0) return Step::await_sender"),
    (VALUE, "if (direction.undelivered() == 0) return Step::await_receiver", "if (direction.undelivered() == 0) return Step::await_sender"),
    (VALUE, "direction.on_stalled();\n  return Step::await_receiver", "direction.on_stalled();\n  return Step::await_sender"),
    (VALUE, "  direction.on_stalled();\n", ""),
    (VALUE, "if (failed_) return end_with_failure();\n  if (!is_last", "if (!is_last"),
    (VALUE, "if (!is_last_to_finish(from) ||", "if (is_last_to_finish(from) ||"),
    (VALUE, " || hears_end(other(from))) return Step::forward_end", ") return Step::forward_end"),
    (VALUE, "end(finished_first(other(from)))", "end(finished_first(from))"),
    (VALUE, "if (!is_last_to_finish(from)) return Step::watch_sender", "if (!is_last_to_finish(from)) return Step::rest"),
    (VALUE, "if (!is_last_to_finish(from)) return Step::watch_sender", "return Step::watch_sender"),
    (VALUE, "if (error == tls_truncated) return", "if (false) return"),
    (VALUE, "if (error == tls_broken) return", "if (false) return"),
    (VALUE, "blame(from, error);\n  return end_with_failure()", "blame(other(from), error);\n  return end_with_failure()"),
    (VALUE, "blame(from, error);\n  return end_with_failure()", "blame(from, error);\n  return next(from)"),
    (VALUE, "blame(receiver, error)", "blame(from, error)"),
    (VALUE, "  mutable_flow(from).abandon();\n", ""),
    (VALUE, "if (!is_reset(error) || flow(receiver).over())", "if (flow(receiver).over())"),
    (VALUE, "if (!is_reset(error) || flow(receiver).over())", "if (!is_reset(error))"),
    (VALUE, "if (!is_reset(error) || flow(receiver).over())", "if (true)"),
    (VALUE, "if (failed_) {\n    end_with_failure();", "if (!failed_) {\n    end_with_failure();"),
    (VALUE, "half_closed() ? CloseReason::half_closed_timeout", "!half_closed() ? CloseReason::half_closed_timeout"),
    (VALUE, "  if (failed_) return;\n", ""),
    (VALUE, "  if (is_ours(error)) return CloseReason::local_error;\n", ""),
    (VALUE, "reason_ = reason;", ""),
    (VALUE, "if (direction.finished()) return Step::watch_sender", "if (direction.finished()) return Step::rest"),
    (VALUE, "if (direction.abandoned()) return Step::rest", "if (false) return Step::rest"),
    (VALUE, "return direction.ended() ? Step::forward_end", "return !direction.ended() ? Step::forward_end"),
    (FLOW, "if (undelivered() == 0) state_.stalled = false;", ""),
    (FLOW, "  void abandon() noexcept { state_.abandoned = true; }", "  void abandon() noexcept {}"),
]
RULE = re.compile(r"LegEnd::(\w+)\},")
OTHER_ENDS = {"orderly": ("reset",), "reset": ("orderly", "reset_if_acknowledged"), "reset_if_acknowledged": ("reset", "orderly")}


def flips():
    table = (SOURCE / TABLE).read_text()
    for rule in RULE.finditer(table):
        for end in OTHER_ENDS[rule[1]]:
            yield TABLE, table[: rule.start(1)] + end + table[rule.end(1) :], f"{table[: rule.end()].splitlines()[-1].strip()} -> {end}"
    for path, here, there in TRANSITIONS:
        text = (SOURCE / path).read_text()
        assert text.count(here) == 1, f"{path} has no, or more than one: {here}"
        yield path, text.replace(here, there), f"{here!r} -> {there!r}"


def is_noticed(path, text):
    with tempfile.TemporaryDirectory() as folder:
        for file in (TABLE, VALUE, FLOW, "core/session/relay/relaying.hpp"):
            (Path(folder) / file).parent.mkdir(parents=True, exist_ok=True)
            (Path(folder) / file).write_text(text if file == path else (SOURCE / file).read_text())
        program = f"{folder}/flipped"
        subprocess.run(
            [CXX, "-std=c++20", "-DNDEBUG", f"-I{folder}", f"-I{SOURCE}", f"{folder}/{VALUE}",
             f"{SOURCE}/core/metrics/close_reason.cpp", *map(str, OBJECTS), "-lgtest", "-lgtest_main", "-lpthread", "-o", program],
            check=True,
        )  # fmt: skip
        run = subprocess.run([program], capture_output=True, text=True, timeout=20)
        return run.returncode == 1 and "FAILED" in run.stdout


missed = [what for path, text, what in flips() if not is_noticed(path, text)]
total = sum(1 for _ in flips())
print("\n".join(f"not noticed: {what}" for what in missed))
print(f"{total} rules flipped, {total - len(missed)} noticed")
sys.exit(1 if missed or not total else 0)
