"""Telling the medical leads of a grave event: a row each at once, and a mail that names nobody."""

from datetime import datetime
from smtplib import SMTPException

from django.core.mail import send_mail
from django.utils.translation import gettext as _

from kaatsu_clinic.accounts.models import Role, User
from sessions.models import AdverseEvent, Notice


def tell_leads(event: AdverseEvent, link: str, now: datetime) -> None:
    """Once for each lead of the clinic, however often the event is graded."""
    leads = User.objects.filter(
        is_active=True, memberships__clinic=event.patient.clinic, memberships__role=Role.MEDICAL_LEAD
    )
    for lead in leads.distinct():
        Notice.objects.get_or_create(event=event, to=lead, defaults={"link": link, "made_at": now})


def mail_notice(notice: Notice, now: datetime) -> bool:
    """Send one mail, unless another worker has just tried. False if it could not be sent: why is kept and shown."""
    mine = Notice.objects.filter(pk=notice.pk, mailed_at=None, mail_tries=notice.mail_tries)
    if not mine.update(mail_tries=notice.mail_tries + 1):
        return False
    try:
        send_mail(
            _("KAATSU Clinic: a serious event needs you"),
            _("A serious adverse event was recorded. Sign in to read it:") + f"\n\n{notice.link}\n",
            None,
            [notice.to.email],
        )
    except (OSError, SMTPException) as error:
        Notice.objects.filter(pk=notice.pk).update(mail_error=f"{type(error).__name__}: {error}")
        return False
    Notice.objects.filter(pk=notice.pk).update(mailed_at=now, mail_error="")
    return True


def mark_read(*, user: User, notice_id: int, now: datetime) -> None:
    """Keep that somebody has seen what they were told."""
    user.notices.filter(pk=notice_id, read_at=None).update(read_at=now)
