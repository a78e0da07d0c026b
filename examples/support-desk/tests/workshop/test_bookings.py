import pytest

pytestmark = pytest.mark.vcr


def test_opening_hours(workshop):
    assert "9 to 18" in workshop.ask("When are you open?")


def test_books_a_slot(workshop):
    workshop.ask("Can you fit new brakes on Thursday? You have my number and my address.")
    assert workshop.bookings["W-318"].date == "2026-03-05"


def test_moves_a_booking(workshop):
    workshop.ask("Please move my booking to Friday. My name is Ines Vermeer.")
    assert workshop.bookings["W-302"].date == "2026-03-06"


def test_asks_for_the_date(workshop):
    workshop.ask("I need new tyres.")
    assert workshop.bookings == {}


class TestPrices:
    def test_price_of_a_service(self, workshop):
        assert "89" in workshop.ask("What does a full service cost?")


@pytest.mark.parametrize(
    "question",
    ["Habt ihr morgen Zeit für einen Platten?", "Kunnen jullie morgen een lekke band plakken?"],
    ids=["de", "nl"],
)
def test_answers_in_the_language(workshop, question):
    assert "9" in workshop.ask(question)


class TestModels:
    @pytest.mark.parametrize("model", ["openai:gpt-4o-mini"])
    def test_greets(self, workshop, model):
        assert workshop.with_model(model).ask("Hello!")
