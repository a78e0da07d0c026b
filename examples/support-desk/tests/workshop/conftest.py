"""pytest-recording keeps the calls of each test in a cassette and replays them.

It calls the provider only with `--record-mode`. A cassette has the name of its test, in `cassettes/<test file>/`.
"""

import openai
import pytest


@pytest.fixture(scope="module")
def vcr_config():
    return {"filter_headers": ["authorization", "openai-organization"], "decode_compressed_response": True}


@pytest.fixture
def workshop():
    from shop.workshop import Assistant

    return Assistant(openai.OpenAI(), model="gpt-4o-mini")
