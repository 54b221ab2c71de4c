"""Sentences of the sample company's tickets: what the shoppers of its customers write, by intent and language."""

from __future__ import annotations

SLOTS: dict[str, tuple[str, ...]] = {
    "order": ("#48213", "#50177", "order 7731", "#61902", "order no. 20558", "#33490", "#90416", "order 118-2207"),
    "item": (
        "the blue jacket",
        "the coffee grinder",
        "the running shoes",
        "the desk lamp",
        "the phone case",
        "the backpack",
        "the baby blanket",
        "the headphones",
        "the garden hose",
        "the tea set",
        "the office chair",
        "the raincoat",
    ),
    "days": ("three days", "a week", "ten days", "two weeks", "five working days", "since Monday", "nearly a month"),
    "city": ("Leeds", "Porto", "Austin", "Lyon", "Osaka", "Gdansk", "Toronto", "Bristol"),
    "amount": ("$24.90", "$310", "$58", "$129.99", "$12", "$75.50"),
    "code": ("SPRING10", "WELCOME", "FREESHIP", "VIP15", "AUTUMN20"),
}

SLOTS_ZH: dict[str, tuple[str, ...]] = {
    "order": ("订单48213", "订单50177", "单号7731", "61902号订单", "单号20558"),
    "item": ("蓝色外套", "咖啡机", "跑鞋", "台灯", "手机壳", "双肩包", "耳机", "茶具", "办公椅"),
    "days": ("三天", "一个星期", "十天", "两周", "快一个月"),
    "city": ("杭州", "成都", "广州", "西安", "苏州"),
    "amount": ("24.9元", "310元", "58元", "129元", "75元"),
    "code": ("SPRING10", "WELCOME", "FREESHIP", "VIP15"),
}

# intent -> (weight in the inbox, English patterns, Chinese patterns)
INTENTS: dict[str, tuple[float, tuple[str, ...], tuple[str, ...]]] = {
    "order_status": (9.0, (
        "Where is my order {order}?", "Can you tell me the status of {order}?", "Has {order} shipped already?",
        "I'd like a tracking number for {order}.", "When will {item} be sent out?",
        "Any update on {order}, ordered {days} ago?",
        "Tracking link for {item} please", "Is my parcel to {city} on its way?",
    ), ("{order}发货了吗？", "查一下{order}到哪了", "请给我{order}的快递单号")),
    "delivery_delay": (7.0, (
        "{item} should have arrived {days} ago, why is it late?", "My delivery to {city} is delayed, what happened?",
        "Still waiting for {order}, it is {days} overdue.", "The courier keeps moving the delivery date of {order}.",
        "Late again! {order} was promised for yesterday.", "The parcel has been stuck in {city} for {days}.",
        "Tracking has not moved for {days}, is {item} lost?", "Delivery of {item} missed the promised date.",
    ), ("{item}晚了{days}还没到，怎么回事？", "快递卡在{city}{days}没动", "{order}说好昨天送到的，又延误了")),
    "return_item": (7.0, (
        "How do I send {item} back?", "I want to return {item}, it is not for me.",
        "Please email me a return label for {order}.",
        "Is it too late to return {item} after {days}?", "Return of {order}: which carrier do I use?",
        "Can I drop a return off in a shop in {city}?", "I no longer need {item} and would like to give it back.",
        "What does it cost to return {item}?",
    ), ("{item}不想要了，怎么退货？", "请发一下{order}的退货单", "买了{days}还能退{item}吗？")),
    "exchange_item": (4.5, (
        "{item} is too small, can I swap it for a larger size?", "I want to exchange {item} for another colour.",
        "Could you swap {item} for the next size up?", "Exchange {order} for the green version please.",
        "Wrong size chosen by me, please exchange {item}.", "Can I trade {item} for a different model?",
        "How long does an exchange of {item} take?", "Please replace the size M with an L in {order}, I have it here.",
    ), ("{item}小了，能换大一号吗？", "想把{item}换成别的颜色", "{order}换货要多久？")),
    "refund_status": (6.0, (
        "I sent {item} back {days} ago, where is my refund?", "When will the {amount} be back on my card?",
        "You confirmed my refund for {order} but nothing has arrived.", "Has my refund of {amount} been processed?",
        "Still no money back after {days}.", "Please check the status of the refund for {order}.",
        "How long do refunds take to reach the bank?", "The refund for {item} does not show on my statement.",
    ), ("{item}退回去{days}了，退款到哪了？", "{amount}什么时候退到卡上？", "{order}的退款还没收到")),
    "refund_request": (6.0, (
        "I want my money back for {order}.", "Please refund {amount}, I am not satisfied with {item}.",
        "I would like a refund for {item}.", "Refund me for {order}, it never worked.",
        "How can I claim a refund for {item}?", "Requesting a full refund of {amount}.",
        "Can I get a partial refund since {item} is cheaper now?", "I demand a refund, {item} is not as described.",
    ), ("{order}我要退款", "{item}不满意，请退{amount}", "怎么申请{item}的退款？")),
    "cancel_order": (6.5, (
        "Please cancel {order}.", "I ordered {item} by accident, cancel it please.",
        "Can I still cancel {order} before it ships?",
        "Cancel my purchase of {item}.", "I changed my mind about {order}, do not send it.",
        "Stop {order}, I found it cheaper elsewhere.", "I bought {item} twice by mistake, please cancel one order.",
        "How do I cancel an order that I placed {days} ago?",
    ), ("请取消{order}", "{item}拍错了，帮我取消", "{order}还没发货，可以取消吗？")),
    "change_order": (4.5, (
        "Can I add {item} to {order}?", "Please change the quantity in {order} to two.",
        "I'd like to modify {order} before it ships: a different colour.",
        "Could you remove {item} from {order} and keep the rest?",
        "Change the size of {item} in my open order.", "I forgot to add {item} to my basket, can you edit {order}?",
        "Please edit {order}, I need one more piece.", "Is it possible to combine {order} with a new order?",
    ), ("{order}能加一件{item}吗？", "请把{order}的数量改成两件", "{order}发货前想改一下颜色")),
    "card_declined": (5.0, (
        "My card was declined at checkout.", "Payment for {item} fails every time.", "Why is my credit card rejected?",
        "The payment page says 'transaction declined'.", "I cannot pay {amount}, the card does not go through.",
        "Checkout error when I enter my card.", "Tried two cards for {order}, both refused.",
        "My bank says it is fine but the payment is declined.",
    ), ("付款一直失败，卡被拒了", "买{item}刷卡不成功", "银行说没问题，但支付{amount}还是被拒")),
    "charged_twice": (4.0, (
        "I was charged twice for {order}.", "There are two payments of {amount} on my statement.",
        "Double charge for {item}, please fix.", "You took {amount} two times.",
        "Why do I see a duplicate payment for {order}?",
        "My card was debited twice at checkout.", "Same amount {amount} booked twice on one day.",
        "One purchase but two charges on my card.",
    ), ("{order}扣了我两次钱", "账单上有两笔{amount}", "{item}重复扣款了")),
    "invoice_copy": (5.0, (
        "Please send me the invoice for {order}.", "I need a copy of my receipt for {item}.",
        "Where can I download the invoice?",
        "My accountant needs the bill for {order} as a PDF.", "I lost the receipt of {order}, can you send it again?",
        "No invoice was in the parcel with {item}.", "Could I have a VAT invoice for {amount}?",
        "Invoice for {order} is missing.",
    ), ("请开{order}的发票", "{item}的收据丢了，能再发一份吗？", "发票在哪里下载？")),
    "billing_details": (3.0, (
        "Please put our company name on the invoice of {order}.", "I need to change the billing address on my account.",
        "The VAT number on the invoice for {order} is wrong.", "How can I update my billing details?",
        "Change the name on my bills to our firm in {city}.", "Our tax number has changed, please update it.",
        "The billing address for {order} should be {city}.", "Correct the company details on the invoice please.",
    ), ("{order}的发票抬头请改成公司名", "税号写错了，请修改", "怎么更新开票信息？")),
    "reset_password": (6.0, (
        "I forgot my password.", "How do I reset my password?", "The reset email never arrives.",
        "Please send me a new password link.", "The password link has expired.", "I cannot remember my login password.",
        "Need to set a new password for my account.", "Your reset page rejects my new password.",
    ), ("忘记密码了", "怎么重置密码？", "重置密码的邮件收不到")),
    "account_locked": (4.0, (
        "My account is locked.", "It says too many attempts and blocks my account.", "Why was my account suspended?",
        "Please unlock my account, I need to see {order}.", "I am locked out after three tries.",
        "My profile has been blocked for {days}.", "Account disabled without a reason, please reactivate it.",
        "I get 'account blocked' whenever I sign in.",
    ), ("账号被锁了", "提示尝试次数太多，账号被冻结", "请帮我解锁账号")),
    "change_address": (5.0, (
        "Please send {order} to my new address in {city}.", "I moved, how do I change the shipping address?",
        "Wrong street in {order}, can you correct the delivery address?",
        "Change the delivery address of {order} to {city}.",
        "I typed the wrong postcode for {item}.", "Deliver {order} to my office in place of my home.",
        "Update my shipping address before {order} leaves.", "The house number on {order} is wrong.",
    ), ("{order}请改寄到{city}", "收货地址写错了，怎么改？", "搬家了，想改{order}的地址")),
    "pickup_point": (2.5, (
        "Can I collect {item} at a pick-up point in {city}?", "Which parcel shop holds {order}?",
        "How long is {order} kept at the collection point?", "I'd rather pick up {order} in the shop in {city}.",
        "Parcel locker code for {order} is missing.", "The pick-up point was closed when I came for {item}.",
        "Can a friend collect {order} for me?", "Please change home delivery to a parcel locker.",
    ), ("{order}能改到自提点取吗？", "{order}在哪个驿站？", "取件码没收到")),
    "promo_code": (5.0, (
        "The code {code} does not work.", "My discount code {code} is rejected.",
        "I forgot to enter {code}, can you still apply it?",
        "When does the promotion {code} end?", "The coupon took nothing off {item}.", "Is {code} valid for {item}?",
        "Newsletter voucher {code} says 'invalid'.", "Can I combine {code} with the sale?",
    ), ("优惠码{code}用不了", "忘了输{code}，能补吗？", "{item}可以用优惠券{code}吗？")),
    "gift_card": (3.0, (
        "What is the balance of my gift card?", "I want to buy a gift card for {amount}.",
        "The gift card never arrived by email.",
        "Can I use a gift card for {item}?", "My gift card expires soon, can it be extended?",
        "The number on the gift card is scratched off.", "How do I redeem a gift card at checkout?",
        "Refund went to my gift card, how much is on it?",
    ), ("礼品卡余额怎么查？", "想买一张{amount}的礼品卡", "买{item}能用礼品卡吗？")),
    "damaged_item": (6.0, (
        "{item} arrived broken.", "The box of {order} was crushed and {item} is damaged.",
        "There is a crack in {item}.",
        "{item} stopped working after {days}.", "{item} has a scratch and a dent, see photo.",
        "Received {item} in pieces.", "The zip of {item} is torn, right out of the box.",
        "{item} is defective, it does not switch on.",
    ), ("{item}收到就是坏的", "包裹压扁了，{item}破了", "{item}用了{days}就坏了")),
    "wrong_item": (4.0, (
        "I received the wrong item: not {item}.", "You sent somebody else's parcel to {city}.",
        "I ordered {item} but got something else.", "{order} contains a different colour from what I ordered.",
        "One thing is missing from {order} and another was added.",
        "The label says {item}, inside is a different product.",
        "Incorrect product delivered for {order}.", "This is not what I ordered, I wanted {item}.",
    ), ("发错货了，我买的是{item}", "{order}收到的颜色不对", "寄来的不是{item}，是别的东西")),
}  # fmt: skip

# pairs of intents that share words: either label fits, so no model can be sure
SHARED: tuple[tuple[tuple[str, str], tuple[str, ...], tuple[str, ...]], ...] = (
    (("order_status", "delivery_delay"), (
        "{order} still is not here.", "Waiting for {item} for {days} now.", "What is going on with my parcel {order}?",
    ), ("{order}还没收到", "等{item}等了{days}")),
    (("return_item", "exchange_item"), (
        "{item} does not fit.", "I am not happy with the size of {item}, what can I do?",
        "{order} is not right for me.",
    ), ("{item}不合适怎么办？",)),
    (("refund_status", "refund_request"), (
        "My refund for {order}?", "I am waiting for {amount} back.", "Question about a refund of {amount}.",
    ), ("{order}退款", "{amount}退给我")),
    (("cancel_order", "change_order"), (
        "There is a mistake in {order}, it has not shipped yet.", "I ordered the wrong thing in {order}.",
        "Can I still do something about {order} before it ships?",
    ), ("{order}下错单了",)),
    (("card_declined", "charged_twice"), (
        "Problem with the payment for {order}.", "Something went wrong when I paid {amount}.",
        "My card payment for {item} looks wrong.",
    ), ("{order}付款有问题",)),
    (("invoice_copy", "billing_details"), (
        "The invoice for {order} is not right.", "I need a proper invoice for our company.",
        "Question about the bill of {order}.",
    ), ("{order}发票有问题",)),
    (("reset_password", "account_locked"), (
        "I cannot log in.", "Sign-in fails although I had no problem {days} ago.",
        "Can't get into my account to see {order}.",
    ), ("登录不了",)),
    (("change_address", "pickup_point"), (
        "I am not at home when {order} comes.", "Can {order} be delivered somewhere else in {city}?",
        "Different delivery place for {item} please.",
    ), ("{order}能送到别的地方吗？",)),
    (("promo_code", "gift_card"), (
        "My voucher is not accepted.", "The code on my card does not work for {item}.",
        "How do I use my voucher of {amount}?",
    ), ("我的券用不了",)),
    (("damaged_item", "wrong_item"), (
        "There is something wrong with {item} that I received.", "{order} arrived but it is not OK.",
        "Not satisfied with what was in the box of {order}.",
    ), ("收到的{item}有问题",)),
)  # fmt: skip

OPENERS: tuple[str, ...] = (
    "Hi,", "Hello,", "Good morning,", "Dear team,", "hey", "Please help:", "Hi there!", "Urgent:",
    "Sorry to bother you,",
)  # fmt: skip
CLOSERS: tuple[str, ...] = (
    "Thanks.", "Thank you!", "Please answer soon.", "Regards, Kim", "Best, J.", "I need this today.", "Cheers",
    "Sent from my phone",
    "This is my second message.", "What should I do?",
)  # fmt: skip
OPENERS_ZH: tuple[str, ...] = ("你好，", "您好，", "在吗？", "急，", "麻烦问下，")
CLOSERS_ZH: tuple[str, ...] = ("谢谢", "尽快回复", "麻烦了", "急！", "怎么办？")
