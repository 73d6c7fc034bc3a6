"""One form with every kind of control, for the tests of the form pack."""

from crispy_forms.bootstrap import FormActions, StrictButton
from crispy_forms.helper import FormHelper
from crispy_forms.layout import Column, Div, Fieldset, Layout, Row, Submit
from django import forms


class SeveralFiles(forms.ClearableFileInput):
    allow_multiple_selected = True


class EveryControl(forms.Form):
    title = forms.CharField(label="제목", help_text="한 줄로 적어 주십시오.", max_length=150)
    email = forms.EmailField(label="이메일")
    amount = forms.IntegerField(label="금액", required=False)
    situation = forms.CharField(label="현황", widget=forms.Textarea, max_length=2000)
    country = forms.ChoiceField(label="대상국", choices=[("", "선택"), ("VN", "베트남")])
    others = forms.MultipleChoiceField(
        label="추가 대상국", choices=[("VN", "베트남"), ("US", "미국")], required=False
    )
    visibility = forms.ChoiceField(
        label="공개 범위",
        widget=forms.RadioSelect,
        choices=[("a", "공개"), ("b", "비공개")],
        help_text="누가 기업명을 볼 수 있는지 정합니다.",
    )
    tried = forms.MultipleChoiceField(
        label="조치", widget=forms.CheckboxSelectMultiple, choices=[("a", "문의"), ("b", "상담")]
    )
    agree = forms.BooleanField(label="동의합니다", help_text="거부하실 수 있습니다.")
    papers = forms.FileField(
        label="첨부", widget=SeveralFiles(attrs={"multiple": True}), help_text="5개까지"
    )
    key = forms.CharField(widget=forms.HiddenInput, required=False)

    @property
    def helper(self) -> FormHelper:
        helper = FormHelper()
        helper.attrs = {"data-draft": "every"}
        helper.layout = Layout(
            Fieldset("기업", "title", Row(Column("email"), Column("amount")), "key"),
            Fieldset("내용", "situation", "country", "visibility", "tried", "agree"),
            Fieldset("더 적기", "others", "papers", template="krds/layout/fold.html"),
            Div(css_class="note"),
            FormActions(
                Submit("go", "보내기"), StrictButton("저장", css_class="krds-btn", type="submit")
            ),
        )
        return helper

    def clean(self):
        raise forms.ValidationError("두 항목이 서로 맞지 않습니다.")
