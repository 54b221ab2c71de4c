"""The names that columns go by in English and Chinese, without spaces and signs."""

from __future__ import annotations

import re
import unicodedata

_NAMES = {
    "customer": """customer customerid customername client clientid account accountid user userid username company
        respondent respondentid 客户 客户编号 客户名称 用户 用户编号 公司 受访者""",
    "subscriptions.customer": "id subscriber subscriberid",
    "choices.customer": "respid resp id person personid participant panelist subject 受访者编号 被访者 编号",
    "maxdiff.customer": "respid resp id person personid participant panelist subject 受访者编号 被访者 编号",
    "ladder.customer": "respid resp id person personid participant panelist subject 受访者编号 被访者 编号",
    "purchases.customer": "masterid buyer buyerid custid cust member memberid id 买家 会员 会员编号",
    "usage.customer": "org organisation organization tenant tenantid id 租户 组织",
    "task": """task taskid taskno tasknumber question questionid ques q set choiceset chid obsid block screen card
        situation version 任务 题号 问题 题目 选择集""",
    "chosen": "chosen choice choose selected select picked pick decision y 选择 选中 是否选择 是否选中",
    "alternative": "alternative alt altid alternativeid option profile concept offer product 备选 选项 方案 产品",
    "is_none": "isnone none nochoice optout outside outsideoption 都不选 是否不选 无",
    "item": "item issue attribute feature statement need label option 项目 条目 题项 需求 议题",
    "answer": "answer value bw bestworst response choice score rank 回答 答案 选择 值",
    "feature": "feature item attribute function requirement need statement 功能 特性 需求 项目",
    "functional": """functional present with having positive functionalanswer withfeature ifpresent 正向 具备 有此功能
        正向问题 具备时""",
    "dysfunctional": """dysfunctional absent without missing negative dysfunctionalanswer withoutfeature ifabsent 反向
        不具备 无此功能 反向问题 不具备时""",
    "kano.customer": "respid resp id person personid participant panelist subject 受访者编号 被访者 编号",
    "best": "best most mostimportant isbest 最好 最重要 最佳",
    "worst": "worst least leastimportant isworst 最差 最不重要",
    "price": "price priceasked askedprice pricepoint offer ask 价格 询问价格 报价",
    "would_buy": """wouldbuy buy buys bought purchase accept accepts accepted answer response yes intent
        会购买 是否购买 愿意购买 购买 接受 回答""",
    "bought_on": """boughton date purchasedate purchasedon orderdate orderedon paidon createdat transactiondate
        timestamp day 购买日期 下单日期 订单日期 日期 交易日期 购买时间""",
    "amount": "amount sales revenue total value price paid spend ordervalue usd eur 金额 销售额 实付 订单金额",
    "month": "month period date usagemonth billingmonth day timestamp 月份 月 账期 日期 时间",
    "tokens": "tokens totaltokens tokencount usage tokensused token 令牌 词元 用量 token数 tokens数",
    "requests": "requests calls requestcount apicalls messages 请求数 调用次数 请求次数",
    "adopters": """adopters newadopters adoptions newcustomers newusers signups sales units starts activations count
        新增 新增用户 新增客户 采用 采用者 销量 销售量""",
    "period": "period date month year quarter week time day 时期 日期 月份 年份 季度 时间",
    "period_number": "periodnumber t n number no period time index step 期数 期 序号 时期",
    "product": "product series generation name item brand 产品 系列 品牌",
    "resolved": """resolved solved isresolved success successful resolution outcome settled answered 已解决 是否解决
        解决 结果""",
    "thumbs_up": """thumbsup thumbs thumb like liked helpful vote feedback satisfied 点赞 赞 好评 是否有用 有用""",
    "label": "label class category intent topic theme type 类别 分类 标签 意图 主题",
    "model": "model modelname modelversion version variant arm candidate engine 模型 模型版本 版本 分组",
    "latency_ms": """latencyms latency responsetime responsetimems durationms duration elapsedms 延迟 延迟毫秒 响应时间
        耗时""",
    "escalated": "escalated escalation handover handedover transferred tohuman 转人工 是否转人工 升级 已升级",
    "answered_on": """answeredon answeredat date day timestamp time createdat requestedon requestdate 回答日期 日期
        时间 请求日期""",
    "attributes": "",
    "traits": "",
    "segment": "segment customersegment industry sector tier group 细分 客户群 客群 分群 行业 群体",
    "plan": "plan tariff package subscriptionplan edition contract product 套餐 方案 版本 计划",
    "said_on": """date createdat created timestamp submittedat submitted time day on 日期 时间 创建时间 提交时间
        反馈日期""",
    "text": """text feedback comment comments review message content body quote 内容 文本 反馈 评论 评价 意见 留言
        反馈内容""",
    "rating": "rating score stars nps csat 评分 星级 打分",
    "offer": "offer competitor product vendor company name brand 产品 竞品 竞争对手 供应商 品牌",
    "attribute": "attribute feature criterion property metric need 属性 功能 指标 特性 标准",
    "value": "value level score answer 值 数值 取值 得分",
    "said_by": "source url link reference saidby 来源 出处 链接",
    "is_ours": "ours isours own us 我方 自家 是否我方 本公司",
    "too_cheap": "toocheap tch tcheap 太便宜 过于便宜",
    "cheap": "cheap bargain ch goodvalue inexpensive 便宜 划算 实惠 比较便宜",
    "expensive": "expensive gettingexpensive ex 贵 较贵 偏贵 比较贵",
    "too_expensive": "tooexpensive tex texpensive 太贵 过贵 过于昂贵",
    "intent_cheap": "intentcheap pich picheap purchaseintentcheap buycheap 便宜购买意愿 便宜时购买意愿",
    "intent_expensive": """intentexpensive piex piexpensive purchaseintentexpensive buyexpensive 偏贵购买意愿
        较贵时购买意愿""",
    "weight": "weight w 权重",
    "functionality": "functionality function functional quality performance accuracy f 功能 功能性 质量 功能满意度",
    "interaction": """interaction experience usability ease easeofuse speed ux i 交互 体验 易用性 交互体验 使用体验
        交互满意度""",
    "cost": "cost value valueformoney price costacceptability c 成本 价格 性价比 费用",
    "overall": "overall satisfaction overallsatisfaction csat u 总体 总体满意度 整体满意度 满意度 综合",
    "started_on": """start started startdate startedon signup signupdate signedup subscribedon begin createdat 开始
        开始日期 订阅日期 开通日期 开始时间""",
    "ended_on": """end ended enddate endedon cancelledon canceledon cancelledat churndate churnedon 结束 结束日期
        取消日期 流失日期 结束时间""",
    "active": "active stillactive isactive status state 状态 是否在用 仍在用",
    "tenure_months": "tenure tenuremonths months monthsactive 月数 在网时长 使用月数 在网月数",
    "churned": "churn churned left hasleft cancelled canceled 流失 是否流失",
    "monthly_price": "monthlyprice price mrr monthlycharges monthlyfee fee amount 月费 价格 月付 每月价格",
}


def plain(name: str) -> str:
    """A column's name without case, spaces and signs."""
    return re.sub(r"[\W_]+", "", unicodedata.normalize("NFKC", name).casefold())


def names_of(kind: str, field: str) -> tuple[str, ...]:
    """The best first."""
    return (field.replace("_", ""), *_NAMES[field].split(), *_NAMES.get(f"{kind}.{field}", "").split())
