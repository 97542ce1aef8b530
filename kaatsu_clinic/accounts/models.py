"""Users who sign in by e-mail, clinics, and which role each has where."""

from typing import Any, ClassVar

from django.contrib.auth.models import AbstractBaseUser, BaseUserManager, PermissionsMixin
from django.db import models
from django.db.models.functions import Lower
from django.utils.translation import gettext_lazy as _


class Role(models.TextChoices):
    """What a person may do in a clinic."""

    PHYSIOTHERAPIST = "PHYSIOTHERAPIST", _("Physiotherapist")
    MEDICAL_LEAD = "MEDICAL_LEAD", _("Medical lead")
    ADMIN = "ADMIN", _("Administrator")
    PATIENT = "PATIENT", _("Patient")
    CARER = "CARER", _("Carer")


CLINICIANS = (Role.PHYSIOTHERAPIST, Role.MEDICAL_LEAD)


class Clinic(models.Model):
    """A clinic. Everything that belongs to people or cuffs belongs to one."""

    name = models.CharField(_("name"), max_length=120)
    slug = models.SlugField(_("short name"), unique=True)
    time_zone = models.CharField(_("time zone"), max_length=60, default="UTC")

    def __str__(self) -> str:
        return self.name


class UserManager(BaseUserManager["User"]):
    """Makes users from an e-mail address."""

    def create_user(self, email: str, password: str | None = None, **fields: Any) -> "User":
        """A person who can sign in. Raises ValueError without an address."""
        if not email:
            raise ValueError("A user needs an e-mail address.")
        user = self.model(email=self.normalize_email(email).lower(), **fields)
        user.set_password(password)
        user.save(using=self._db)
        return user

    def create_superuser(self, email: str, password: str | None = None, **fields: Any) -> "User":
        """A person with every Django permission; roles in clinics are given apart."""
        return self.create_user(email, password, is_superuser=True, **fields)


class User(AbstractBaseUser, PermissionsMixin):
    """Someone who signs in. What they may do comes from their memberships."""

    email = models.EmailField(_("e-mail address"), unique=True)
    full_name = models.CharField(_("full name"), max_length=120)
    is_active = models.BooleanField(_("active"), default=True)
    is_demo = models.BooleanField(_("demo account"), default=False)
    joined_at = models.DateTimeField(_("joined"), auto_now_add=True)

    USERNAME_FIELD = "email"
    EMAIL_FIELD = "email"
    REQUIRED_FIELDS: ClassVar = ["full_name"]
    objects = UserManager()

    class Meta:
        constraints = [models.UniqueConstraint(Lower("email"), name="one_user_per_email")]

    def __str__(self) -> str:
        return self.full_name

    @property
    def role_names(self) -> frozenset[str]:
        """Every role this person has in any clinic, read once per request."""
        if not hasattr(self, "_role_names"):
            self._role_names = frozenset(self.memberships.values_list("role", flat=True))
        return self._role_names

    def clinics_as(self, *roles: str) -> models.QuerySet[Clinic]:
        """The clinics where this person has one of the roles."""
        return Clinic.objects.filter(memberships__user=self, memberships__role__in=roles).distinct()


class Membership(models.Model):
    """A person's role in a clinic."""

    user = models.ForeignKey(User, models.CASCADE, related_name="memberships")
    clinic = models.ForeignKey(Clinic, models.PROTECT, related_name="memberships")
    role = models.CharField(max_length=20, choices=Role.choices)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["user", "clinic", "role"], name="one_membership_per_role")
        ]

    def __str__(self) -> str:
        return f"{self.user} in {self.clinic} as {self.get_role_display()}"
