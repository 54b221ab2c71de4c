"""English sentences of the sample company's customers: patterns with places, by need and by mood."""

from __future__ import annotations

from trimtab.sample_company.feedback_patterns import PATTERNS as PATTERNS

SLOTS: dict[str, tuple[str, ...]] = {
    "topic": (
        "refund deadlines",
        "delivery dates",
        "warranty terms",
        "opening hours",
        "island shipping",
        "gift cards",
        "invoice copies",
        "size charts",
        "bulk discounts",
        "the exchange window",
        "pre-orders",
        "membership points",
    ),
    "who": (
        "a shopper",
        "a guest",
        "one of our members",
        "a wholesale client",
        "a first-time buyer",
        "a regular",
        "an angry caller",
        "a school secretary",
        "a hotel guest",
        "one of our oldest clients",
    ),
    "when": (
        "last Tuesday",
        "yesterday",
        "this morning",
        "over the weekend",
        "during our spring sale",
        "last month",
        "twice this week",
        "on Friday night",
        "since the update",
        "in the holiday rush",
    ),
    "count": ("three", "five", "a dozen", "about forty", "seven", "nearly a hundred", "two or three", "at least ten"),
    "share": (
        "one in five",
        "roughly a third",
        "a quarter",
        "two out of ten",
        "almost half",
        "maybe 15 %",
        "one in eight",
    ),
    "amount": ("$31", "$58", "$120", "$17", "$240", "$86", "$64", "$410"),
    "delay": ("nine seconds", "half a minute", "twelve seconds", "ages", "20 seconds or more", "close to a minute"),
    "quick": ("a second", "two seconds", "the blink of an eye", "less than a second", "under two seconds"),
    "language": ("Spanish", "Cantonese", "German", "Portuguese", "Mandarin", "French", "Polish", "Japanese"),
    "tool": (
        "our shop system",
        "our CRM",
        "the help desk",
        "the order database",
        "the booking calendar",
        "our accounting package",
        "the warehouse software",
        "our phone system",
    ),
    "team": (
        "the support leads",
        "our night staff",
        "the agents",
        "my colleagues",
        "our two part-timers",
        "the new hires",
        "our branch managers",
    ),
    "setup_time": ("an afternoon", "twenty minutes", "one coffee break", "under an hour", "a single morning"),
    "setup_long": ("two weeks", "nine days", "a whole sprint", "four long evenings", "most of a month"),
}

OPENERS: dict[str, tuple[str, ...]] = {
    "bad": (
        "Honestly,",
        "Not happy.",
        "Hi team,",
        "Third time I write this.",
        "Sorry to say,",
        "Hmm.",
        "Really disappointed.",
        "Quick complaint:",
        "Hello,",
        "As a paying customer:",
    ),
    "wish": ("Hi,", "A suggestion:", "Feature request:", "Overall fine, but", "One thing:", "Idea:", "Hello there,"),
    "good": ("Great work!", "Thanks!", "Happy so far.", "Wow.", "Just wanted to say:", "Hi team,", "Love it."),
}

CLOSERS: dict[str, tuple[str, ...]] = {
    "bad": (
        "Please fix this.",
        "We are looking at other options.",
        "I will cancel if this goes on.",
        "Any news on a fix?",
        "This is costing us customers.",
        "Not acceptable.",
        "Support has not replied yet.",
        "Anyone there?",
        ":(",
    ),
    "wish": (
        "Thanks in advance.",
        "Is this planned?",
        "Would pay for that.",
        "Happy to test a beta.",
        "Cheers",
        "Thank you!",
    ),
    "good": (
        "Keep it up!",
        "Would recommend.",
        "Thank you!",
        "Five stars from us.",
        ":)",
        "Well done.",
        "Best buy this year.",
    ),
}

JOINS: tuple[str, ...] = ("Also:", "Another point:", "And", "On top of that,", "By the way,", "Separately,", "")

# who is writing, said by the way
CONTEXTS: tuple[str, ...] = (
    "We are a bakery with {count} branches.", "I run a small pet shop.", "We sell furniture online.",
    "Our hotel has {count} rooms in two towns.", "For context, we are a team of {count}.", "We teach music to adults.",
    "I have been a customer since the beginning.", "We rent out bicycles.", "This was noticed by {team}.",
    "We are a dental practice.", "My shop sells vintage cameras.", "It happened {when}.", "We noticed it {when}.",
    "We organise city tours.", "Our school has {count} classes.", "We handle {count} chats an hour.",
    "I am a one-person business.", "We are a regional energy supplier.",
)  # fmt: skip

# irrelevant messages that belong to no need
CHATTER: tuple[str, ...] = (
    "Hello", "Test message, please ignore.", "asdf", "Happy new year to all of you!",
    "Who do I ask about the webinar {when}?",
    "Are you hiring? My cousin is a great designer.", "Wrong address, sorry.", "Nice logo, who drew it?",
    "Is there a discount for your conference in the autumn?", "ok", "??", "My cat walked over the keyboard.",
    "Saw your stand at the trade fair {when}, lovely people.", "Please remove me from the newsletter.",
    "Can you tell me the name of the song in your advert?", "Unsubscribe", "Merry Christmas from {team}!",
    "What is the weather like at your office?", "I meant to write to my bank, please disregard.", "thx",
    "We moved to a new address, see our site.", "Do you sponsor local football clubs?",
    "The mug you sent us is very pretty.",
    "Greetings from the seaside, out of office until Monday.",
)  # fmt: skip
