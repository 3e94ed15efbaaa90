"""A screenshot test: the picture of a recording is still the one that was agreed on.

The agreed picture was made by the same command, looked at, and committed beside the recording:

    paraviz screenshot --lang en --size 100x24 lost_update.pviz -o lost_update.txt
"""

import subprocess
import sys
from pathlib import Path

HERE = Path(__file__).parent
SCREENSHOT = [sys.executable, "-m", "paraviz", "screenshot", "--lang", "en", "--size", "100x24"]


def test_the_picture_is_the_agreed_one(tmp_path):
    drawn = tmp_path / "drawn.txt"
    subprocess.run([*SCREENSHOT, HERE / "lost_update.pviz", "-o", drawn], check=True)
    agreed = HERE / "lost_update.txt"
    assert drawn.read_text("utf-8") == agreed.read_text("utf-8")
