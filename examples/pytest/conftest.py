"""Appends the recordings that the tests open to used-files.txt, one path a line, for `fixtures used --files`."""

import os
import sys

FOLDERS = ("/recordings/", "/cassettes/")
opened = set()


def note(event, arguments):
    if event == "open" and isinstance(arguments[0], (str, os.PathLike)):
        path = os.path.abspath(arguments[0]).replace(os.sep, "/")
        if any(folder in path for folder in FOLDERS):
            opened.add(path)


sys.addaudithook(note)


def pytest_sessionfinish(session):
    # Each process of pytest-xdist appends the recordings that it opened.
    with open(session.config.rootpath / "used-files.txt", "a", encoding="utf-8") as file:
        file.writelines(f"{path}\n" for path in sorted(opened))
