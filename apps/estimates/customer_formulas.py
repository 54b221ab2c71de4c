"""How results on satisfaction, staying, revenue and adoption are computed."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from apps.estimates.explanation import Explanation

FORMULAS = {
    "retention.satisfaction": Explanation(
        _("Satisfaction from functionality, interaction and cost"),
        "U = f(F, I, C)",
        _("The family of f that predicts held-out answers best; the simplest where the data cannot tell."),
        _(
            "An observed association: it does not prove that raising F, I or C would raise U by as much. Answers are "
            "taken to be off by about a twentieth of the scale, besides its rounding; that noise is taken off."
        ),
        "Anderson & Sullivan (1993), Marketing Science 12(2)",
    ),
    "retention.survival": Explanation(
        _("Retention by month of tenure"),
        "S(t) = B(α, β + t) / B(α, β)",
        _("Customers leave with a chance of their own; those who stay are the ones with a small chance."),
        _("Chances differ between customers and stay constant for each; still-active customers are censored."),
        "Fader & Hardie (2007), J. Interactive Marketing 21(1), eq. 6",
    ),
    "retention.link": Explanation(
        _("From satisfaction to retention"),
        "R_t = exp(−Σ λ₀(t) · exp(−h(U))),   h(U_ref) = 0",
        _("How much lower the monthly risk of leaving is for customers who are more satisfied."),
        _(
            "Assumed where no customer has both an answer and a subscription; otherwise observed, not causal; tested "
            "where experiments brought most of what is known."
        ),
        "Bolton (1998), Marketing Science 17(1); Dong, Ding, Grewal & Zhao (2011), IJRM 28",
    ),
    "retention.arrivals": Explanation(
        _("New customers a month"),
        _("N_t ~ gamma-Poisson with mean m_t and variance φ · m_t"),
        _("The level and the trend of the last 12 full months go on, the trend fading by a tenth each month."),
        _("What brought customers in the last months goes on. Seasons and campaigns are not known to the log."),
        "McCullagh & Nelder (1989), ch. 6; Gardner & McKenzie (1985), Management Science 31(10)",
    ),
    "retention.drivers": Explanation(
        _("What goes with leaving"),
        "h(t | x) = h₀(t) · exp(x·b),   exp(b)",
        _("How much sooner or later customers of one kind leave than those of another, all other columns alike."),
        _(
            "The ratio is the same at every tenure, or an average of it. Observed: who differs in one may differ "
            "in more."
        ),
        "Cox (1972), JRSS B 34; Efron (1977), JASA 72; Grambsch & Therneau (1994), Biometrika 81",
    ),
    "retention.lifetime_value": Explanation(
        _("Lifetime value without a contract"),
        _("value = margin · E[spend | spend so far] · Σ e^(−δt) · E[purchases at t | x, t_x, T]"),
        _(
            "From how often, how recently and how long: who is still a customer, what they buy next and what it "
            "is worth."
        ),
        _("Rates differ between customers and stay constant for each; spend does not go with frequency."),
        "Fader, Hardie & Lee (2005), Marketing Science 24(2); Fader & Hardie (2013), gamma-gamma note",
    ),
    "retention.revenue": Explanation(
        _("Recurring revenue and what is retained of it"),
        _(
            "net = Σ MRR now / Σ MRR then;   gross = Σ min(MRR now, MRR then) / Σ MRR then, over customers who "
            "paid then"
        ),
        _("What new, growing, returning, shrinking and leaving customers moved each month, and how much of it stays."),
        _("Monthly prices as imported, at each month's end; intervals say how much would differ with other customers."),
        "Rubin (1981), Annals of Statistics 9(1); docs/methods/recurring-revenue.md",
    ),
    "adoption.bass": Explanation(
        _("Adoption of a product"),
        "n_t = m · ((p + q)² / p) · e^(−(p+q)t) / (1 + (q/p) · e^(−(p+q)t))²",
        _("Some adopt by themselves (p), others follow those who came before (q), until the market m is reached."),
        _("The market does not grow and prices stay. Before the peak m is typed, not estimated."),
        "Bass (1969), Management Science 15(5); Srinivasan & Mason (1986), Marketing Science 5(2)",
    ),
}
