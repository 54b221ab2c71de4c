"""English sentence patterns of the sample company's customers, by need and by mood."""

from __future__ import annotations

# need -> mood -> patterns; "bad" complains, "wish" asks, "good" praises
PATTERNS: dict[str, dict[str, tuple[str, ...]]] = {
    "accuracy": {
        "bad": (
            "The bot told {who} something wrong about {topic} {when}.",
            "It makes up answers about {topic} that are nowhere in our help pages.",
            "{share} of its answers are simply incorrect, we counted.",
            "Wrong answer again on {topic}, and it sounded so sure of itself.",
            "I had to apologise to {who} because the assistant gave false information on {topic}.",
            "The answers about {topic} are outdated and inaccurate, even after I corrected the source article.",
            "It misunderstood the question about {topic} and replied with something unrelated.",
            "We cannot trust what it says: {count} incorrect replies {when}.",
            "Accuracy is the problem. It confuses {topic} with other policies and gets the answer wrong.",
            "Why does it invent a rule on {topic}? The correct answer is right there in the knowledge base.",
        ),
        "wish": (
            "Please make the answers more accurate, mostly when people ask about {topic}.",
            "I would like it to say 'I don't know' rather than guess wrongly about {topic}.",
            "Could the bot quote the article behind each answer, so that we can check it is correct?",
        ),
        "good": (
            "The answers on {topic} are spot on, I have not found a wrong one {when}.",
            "It answers questions about {topic} correctly nearly every time.",
            "Impressed by how accurate the replies are, even for tricky questions on {topic}.",
        ),
    },
    "handover": {
        "bad": (
            "{who} asked for a human {count} times and the bot would not hand over.",
            "There is no way to reach a real person once the bot has started, people get stuck in a loop.",
            "The handover to {team} loses the whole conversation, so the customer has to start again.",
            "When the bot gives up it does not pass the chat to an agent, it just ends it.",
            "Escalation is broken: {who} waited {when} and no agent was ever notified.",
            "It keeps talking when somebody clearly types 'speak to a person'.",
            "{team} get transferred chats without any context or history of what the bot said.",
            "Customers hate it that they cannot get to a live agent about {topic}.",
            "Transfers to a human agent fail outside office hours and nobody gets a message.",
            "Handing a chat over to a colleague takes too many clicks and the customer leaves meanwhile.",
        ),
        "wish": (
            "We need a clear 'talk to a human' button in every conversation.",
            "Please pass the full transcript when a chat is escalated to {team}.",
            "It would help to set rules for when the bot must hand over to a person, say for {topic}.",
        ),
        "good": (
            "The handover to {team} works well, they see the full chat and take over smoothly.",
            "I love that the bot passes {who} to a live agent as soon as it gets difficult.",
            "Escalation to a real person is painless now, no complaints {when}.",
        ),
    },
    "billing": {
        "bad": (
            "Our bill went from {amount} to double without any warning.",
            "I never know what the invoice will be at the end of the month.",
            "Overage fees of {amount} {when}, nobody told us that we had passed a limit.",
            "The pricing page says one thing and the invoice says another.",
            "Charged {amount} extra for conversations that the bot did not even resolve.",
            "The bill is a surprise every month, I cannot plan a budget like this.",
            "Usage charges are impossible to understand, what is a 'billable resolution' anyway?",
            "It costs too much for a small shop once the extra charges are added to the bill.",
            "Our accountant asked about the {amount} line on the invoice and I could not explain it.",
            "Hidden fees again, I want a fixed price and not a bill that jumps around.",
        ),
        "wish": (
            "Please send an alert before we go over the plan, so that the bill stays predictable.",
            "A spending cap would help, we want to know the monthly cost in advance.",
            "Could we have a flat monthly fee in place of usage charges?",
        ),
        "good": (
            "The invoice is clear and the same every month, which our accountant loves.",
            "Fair price and no surprise charges on the bill so far.",
            "The monthly cost is predictable, {amount} and not a cent more.",
        ),
    },
    "setup": {
        "bad": (
            "Setting it up took {setup_long}, the installation guide skips half of the steps.",
            "The onboarding wizard crashed {when} and we had to start the set-up over.",
            "I needed a developer to install the widget, so much for easy set-up.",
            "Getting started was painful, the import of our help articles failed {count} times.",
            "The first configuration is confusing, nobody here understood the onboarding steps.",
        ),
        "wish": (
            "A ready-made template for shops like ours would make the set-up quicker.",
            "Please add a checklist to the onboarding so we know what is left to configure.",
            "A short video on how to install the widget would be nice.",
        ),
        "good": (
            "Set-up took {setup_time}, I did it without any developer.",
            "Getting started was so easy, the wizard imported our help pages by itself.",
            "Installation was one line of code and done.",
            "The onboarding is great, {team} were up and running in {setup_time}.",
            "I am not technical at all and still configured everything in {setup_time}.",
            "Easiest installation of any tool that we use, the onboarding steps are clear.",
            "We went live the same day we signed up, the set-up guide is excellent.",
        ),
    },
    "speed": {
        "bad": (
            "Replies take {delay}, {who} had closed the chat by then.",
            "The bot is slow, you see the typing dots for {delay}.",
            "Response time got much worse {when}.",
            "Too much waiting, the reply loads for {delay} at peak hours.",
            "The lag before each reply makes people think the chat is frozen.",
            "It is so slow in the evening that {team} answer faster by hand.",
        ),
        "wish": (
            "Please cut the waiting time, a reply should come within {quick}.",
            "Faster responses at peak time would be great.",
            "Could the reply appear word by word so it feels less slow?",
        ),
        "good": (
            "Replies come in {quick}, our customers love how fast it is.",
            "Super fast responses, even {when}.",
            "The speed is amazing, no waiting at all any more.",
            "Instant replies at night, which {team} could never do.",
        ),
    },
    "integrations": {
        "bad": (
            "The connection to {tool} breaks all the time and orders do not sync.",
            "No integration with {tool}, so we copy everything over by hand.",
            "The sync with {tool} stopped {when} without an error message.",
            "Your API lacks webhooks, so we cannot connect it to {tool}.",
            "The connector for {tool} only reads data, it cannot update a record.",
            "We lost {count} tickets because the integration with {tool} timed out.",
        ),
        "wish": (
            "Please build a native integration with {tool}.",
            "It should connect to {tool} and look up the order by itself.",
            "Could you add webhooks so that we can link it with {tool}?",
        ),
        "good": (
            "The integration with {tool} just works, orders sync in real time.",
            "Connecting it to {tool} was straightforward and the API docs are good.",
            "Love the plug-in for {tool}, everything stays in sync.",
        ),
    },
    "languages": {
        "bad": (
            "It answers in English when {who} writes in {language}.",
            "The {language} translation is clumsy, native speakers laugh at it.",
            "No support for {language}, so half of our visitors cannot use the chat.",
            "It switches between English and {language} in the middle of a sentence.",
            "The {language} replies sound like a bad machine translation.",
            "Our {language} speaking clients complain that the bot does not understand their language.",
        ),
        "wish": (
            "Please add {language}, we are opening in that market soon.",
            "Better {language} support would bring us a lot of customers.",
            "Can the bot detect the visitor's language, for instance {language}, by itself?",
        ),
        "good": (
            "The {language} answers read as if written by a native speaker.",
            "Great multilingual support, {language} works as well as English.",
            "It speaks {language} fluently, which nobody on our team does.",
        ),
    },
    "reports": {
        "bad": (
            "The dashboard numbers do not match the export, which report is right?",
            "I cannot see how many chats were resolved last week, the analytics are useless.",
            "The report page has no filter by agent or by {topic}.",
            "Exporting the monthly statistics fails {when}.",
            "The charts on the dashboard are hard to read and cannot be shared with {team}.",
            "There is no report of the questions the bot could not answer.",
        ),
        "wish": (
            "I want a weekly report by email with the main statistics.",
            "Please add a dashboard with trends by topic, such as {topic}.",
            "Could the analytics show satisfaction per agent and per channel?",
        ),
        "good": (
            "The weekly report is clear and {team} read it every Monday.",
            "I love the dashboard, all the statistics I need on one page.",
            "The analytics showed us that {share} of chats are about {topic}, very useful.",
        ),
    },
    "privacy": {
        "bad": (
            "Where is our customers' personal data stored? Nobody could tell me.",
            "The bot showed {who} the personal details of another customer, a serious privacy breach.",
            "We cannot delete a customer's data on request, which our privacy rules demand.",
            "Our security review failed because there is no data processing agreement.",
            "Chat logs with card numbers are kept unmasked, that is a data protection problem.",
            "No single sign-on and no audit log, our security team said no.",
        ),
        "wish": (
            "Please mask personal data such as phone numbers in the transcripts.",
            "We need to choose the region in which our customer data is stored.",
            "A setting to delete personal data after 30 days would help with compliance.",
        ),
        "good": (
            "The privacy settings are solid, our data protection officer approved it.",
            "Good to see personal data masked in every transcript.",
            "The security documents answered all of the questions of our legal team.",
        ),
    },
}
