"""The words that cells hold for yes and no, for choices, answers and feelings, in English and Chinese."""

from __future__ import annotations

YES = {"yes", "y", "true", "t", "1", "1.0", "是", "有", "对"}
ZEROS = {"0", "0.0", "false", "False", "FALSE"}
NO = {"no", "n", "false", "f", "0", "0.0", "否", "无", "不"}
STAYS = {
    "active",
    "still active",
    "current",
    "present",
    "open",
    "ongoing",
    "retained",
    "在用",
    "仍在用",
    "使用中",
    "至今",
}
LEFT = {"inactive", "ended", "churned", "left", "closed", "cancelled", "canceled", "已取消", "停用", "流失", "已流失"}
CHOSEN = {"x", "✓", "✔", "chosen", "selected", "picked", "选择", "选中", "已选", "被选"}
NOT_CHOSEN = {"not chosen", "未选", "未选中", "没选"}
BUYS = {
    "buy",
    "would buy",
    "definitely",
    "probably",
    "ja",
    "oui",
    "sí",
    "si",
    "sì",
    "会",
    "会购买",
    "购买",
    "愿意",
    "接受",
}
BUYS_NOT = {
    "not buy", "would not buy", "won't buy", "definitely not", "probably not", "nein", "non", "不会", "不会购买",
    "不购买", "不愿意", "不接受",
}  # fmt: skip
SETTLED = {"resolved", "solved", "success", "settled", "closed", "已解决", "解决", "成功"}
UNSETTLED = {"unresolved", "not resolved", "unsolved", "failed", "failure", "未解决", "没解决", "失败"}
LIKED = {
    "up",
    "thumbs up",
    "thumb up",
    "👍",
    "+1",
    "like",
    "liked",
    "positive",
    "good",
    "helpful",
    "赞",
    "好评",
    "有用",
}
DISLIKED = {
    "down", "thumbs down", "thumb down", "👎", "-1", "dislike", "disliked", "negative", "bad", "not helpful", "踩",
    "差评", "没用",
}  # fmt: skip
HANDED_OVER = {"escalated", "handed over", "transferred", "human", "转人工", "已转人工", "人工"}
KEPT = {"not escalated", "bot", "未转人工", "机器人"}
BEST = {"1", "1.0", "+1", "best", "most", "most important", "b", "最好", "最优", "最重要", "最佳", "最喜欢"}
WORST = {"-1", "-1.0", "−1", "worst", "least", "least important", "w", "最差", "最劣", "最不重要", "最不喜欢"}
SHOWN_ONLY = {"0", "0.0", "-0", "-0.0", "shown", "neither", "none", "no"}
FEELINGS = {
    word: place
    for place, words in enumerate(
        (
            {"1", "1.0", "like", "i like it", "like it", "i like it that way", "enjoy", "喜欢", "我喜欢", "很喜欢"},
            {"2", "2.0", "must be", "must-be", "must", "i expect it", "expect", "expect it", "it must be that way",
             "basic", "理应如此", "必须", "理所当然", "应该如此"},
            {"3", "3.0", "neutral", "i am neutral", "i don't care", "do not care", "无所谓", "中立"},
            {"4", "4.0", "live with", "live with it", "i can live with it", "tolerate", "can tolerate", "能忍受",
             "勉强接受", "可以忍受"},
            {"5", "5.0", "dislike", "i dislike it", "dislike it", "不喜欢", "我不喜欢", "很不喜欢"},
        ),
        start=1,
    )
    for word in words
}  # fmt: skip
NONE_WORDS = {
    "none", "none of these", "none of them", "neither", "no choice", "nochoice", "no purchase", "opt out", "optout",
    "outside", "outside option", "outside good", "keine", "keines", "keine von diesen", "aucun", "aucune", "ninguno",
    "ninguna", "nessuno", "nessuna", "无", "都不选", "均不选", "都不", "不选", "不购买", "以上都不",
}  # fmt: skip
