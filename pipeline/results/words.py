"""The Chinese words in which results are told to clerks."""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum

from pipeline.flow.records import FlowStep, Opinion
from pipeline.programme import Status
from pipeline.records import (
    ApplicationResult,
    ApplicationState,
    Decision,
    DifferenceKind,
    FailureCategory,
    FieldState,
    FileStatus,
    Medium,
    Outcome,
    RunResult,
    Severity,
)

SEVERITY = {
    Severity.ERROR: "错误",
    Severity.WARN: "提醒",
    Severity.REVIEW: "待核",
    Severity.INFO: "备忘",
}


class ShownState(StrEnum):
    """Where an application stands once offices have spoken: judged by us, or declined by them."""

    RECOMMENDED = ApplicationState.RECOMMENDED.value
    REVIEW = ApplicationState.REVIEW.value
    TO_CORRECT = ApplicationState.TO_CORRECT.value
    DECLINED = "declined"
    """An office declined it or sent it back."""


STATE: Mapping[str, str] = {
    ShownState.RECOMMENDED: "拟推荐",
    ShownState.REVIEW: "待核对",
    ShownState.TO_CORRECT: "待补正",
    ShownState.DECLINED: "未获推荐",
}
"""Words for the states of judgement, and for those that are shown."""
DECISION = {
    Decision.ACCEPTED: "已匹配",
    Decision.REVIEW: "待确认",
    Decision.REJECTED: "不匹配",
}
MEDIUM = {
    Medium.PAPER: "纸质",
    Medium.ELECTRONIC: "电子",
    Medium.ONLINE: "线上",
}
PROVISIONAL = "登记待确认"
"""Behind what an online record states of which a person has yet to say whose it is."""
FIELD_STATE = {
    FieldState.ACCEPTED: "采信",
    FieldState.REVIEW: "待核",
    FieldState.MISSING: "未填或未见",
    FieldState.UNREADABLE: "无法辨认",
    FieldState.CORRECTED: "人工更正",
}
DIFFERENCE = {
    DifferenceKind.CONTENT: "内容不同",
    DifferenceKind.LAYOUT: "写法不同",
    DifferenceKind.READING: "识别存疑",
}
FILE_STATUS = {
    FileStatus.READ: "已读取",
    FileStatus.SET_ASIDE: "已搁置",
    FileStatus.IGNORED: "未处理",
}
FAILURE = {
    FailureCategory.EMPTY: "空文件",
    FailureCategory.TRUNCATED: "文件不完整",
    FailureCategory.ENCRYPTED: "文件加密",
    FailureCategory.WRONG_TYPE: "类型不符",
    FailureCategory.UNSUPPORTED: "格式不支持",
    FailureCategory.TOO_LARGE: "超出大小限制",
    FailureCategory.UNSAFE: "有安全风险",
    FailureCategory.UNREADABLE: "无法读取",
    FailureCategory.TIMED_OUT: "处理超时",
    FailureCategory.CRASHED: "处理中断",
    FailureCategory.CHANGED: "文件有变动",
    FailureCategory.INTERNAL: "程序错误",
}
OUTCOME = {
    Outcome.MET: "符合",
    Outcome.UNMET: "不符合",
    Outcome.UNKNOWN: "无法判断",
    Outcome.MANUAL_REVIEW: "需人工判断",
    Outcome.NOT_APPLICABLE: "不适用",
}
STATUS = {
    Status.CONFIRMED: "通知原文载明",
    Status.SIBLING: "参照同类文件",
    Status.PROPOSED: "本规则包拟定",
    Status.UNKNOWN: "尚未公布",
}
FLOW_STEP = {
    FlowStep.RECEIVED: "已收件",
    FlowStep.DISTRICT: "属地审查",
    FlowStep.RECOMMENDED: "属地已推荐",
    FlowStep.CITY: "市级审查",
    FlowStep.EXPERTS: "专家评审",
    FlowStep.RESULT: "已有结果",
}
OPINION = {
    Opinion.AGREES: "同意",
    Opinion.DECLINES: "不同意",
    Opinion.RETURNS: "退回补正",
}
STAGE = {
    "intake": "收件登记",
    "clean": "扶正除噪",
    "read": "文字识别",
    "sort": "分件归户",
    "extract": "提取数据",
    "match": "匹配登记",
    "check": "形式审查",
    "compare": "纸电比对",
    "recommend": "生成表册",
    "results": "写出结果",
}


def medium_name(medium: Medium, *, provisional: bool = False) -> str:
    """A medium in words, and of an online record whether it is yet to be confirmed."""
    doubt = f"（{PROVISIONAL}）" if provisional and medium is Medium.ONLINE else ""
    return MEDIUM[medium] + doubt


def shown_state(result: ApplicationResult) -> ShownState:
    """Where an application stands, what offices said included."""
    return ShownState.DECLINED if result.declined else ShownState(result.state.value)


def shown_states(run: RunResult) -> tuple[ShownState, ...]:
    """The states to show of a run: that of declined ones only where there are any."""
    declined = any(result.declined for result in run.applications)
    return tuple(state for state in ShownState if declined or state is not ShownState.DECLINED)
