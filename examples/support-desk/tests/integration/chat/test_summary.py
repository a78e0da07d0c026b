import pytest

from ..conftest import GPT, LLAMA, to_desk

THREAD = """Sum this thread up in one sentence.
Customer: the rear light went out after a week.
Desk: sorry to hear that, was it charged?
Customer: yes, twice."""


@pytest.mark.parametrize("txt,max_tokens", [(GPT, 120), (LLAMA, 40)], ids=[f"txt={GPT}", f"txt={LLAMA}"])
def test_summary_of_a_thread(client, model, max_tokens):
    options = {"max_tokens": max_tokens}
    answer = client.chat.completions.create(model=model, messages=to_desk(THREAD), **options)
    assert "rear light" in answer.choices[0].message.content
