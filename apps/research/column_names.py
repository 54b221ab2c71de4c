"""The names that columns go by in English and Chinese, without spaces and signs."""

from __future__ import annotations

import re
import unicodedata

_NAMES = {
    "customer": """customer customerid customername client clientid account accountid user userid username company
        respondent respondentid 客户 客户编号 客户名称 用户 用户编号 公司 受访者""",
    "subscriptions.customer": "id subscriber subscriberid",
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
