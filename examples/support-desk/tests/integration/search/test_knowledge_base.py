import pytest

from ..conftest import GPT

ARTICLES = [
    "How to true a wheel at home.",
    "Our guarantee: two years on frames, six months on parts.",
    "Which tyre fits which rim.",
]
QUESTION = "my wheel wobbles"
INSTRUCTION = "Answer with the number of the article that helps."


@pytest.mark.parametrize("txt", ["openai/text-embedding-3-small"], ids=lambda txt: f"txt={txt}")
def test_articles_are_indexed(client, model):
    found = client.embeddings.create(model=model, input=ARTICLES, encoding_format="float")
    assert len({len(item.embedding) for item in found.data}) == 1


@pytest.mark.parametrize("txt", ["openai/text-embedding-3-small"], ids=lambda txt: f"txt={txt}")
def test_question_is_embedded(client, model):
    found = client.embeddings.create(model=model, input=[QUESTION], encoding_format="float")
    assert len(found.data) == 1


@pytest.mark.parametrize("txt", [GPT], ids=lambda txt: f"txt={txt}")
def test_question_finds_its_article(client, model):
    numbered = [f"{number}. {article}" for number, article in enumerate(ARTICLES, 1)]
    answer = client.chat.completions.create(
        model=model,
        messages=[
            {"role": "system", "content": "\n".join([INSTRUCTION, *numbered])},
            {"role": "user", "content": QUESTION},
        ],
        max_tokens=2,
    )
    assert answer.choices[0].message.content == "1"


@pytest.mark.parametrize("txt", [GPT], ids=lambda txt: f"txt={txt}")
def test_tyre_sizes_are_looked_up(shop_tools):
    result = shop_tools.invoke("web_search", {"query": "tyre 28-622 fits rim"})
    assert "15 to 21 mm" in result.content
