"""How each kind of result is computed, in words and symbols, for the evidence pages."""

from __future__ import annotations

from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _


@dataclass(frozen=True)
class Explanation:
    title: str | Promise
    formula: str | Promise
    says: str | Promise
    assumes: str | Promise
    source: str


_EXPLANATIONS = {
    "research.needs": Explanation(
        _("Needs and their opportunity"),
        _("opportunity = importance + max(importance − satisfaction, 0)"),
        _("How much a need matters to independent customers, and how badly it is met today, both on 0 to 10."),
        _("A customer counts once for a need, however often it is mentioned. What is not said is not counted."),
        "Ulwick (2002), Harvard Business Review 80(1)",
    ),
    "research.kano": Explanation(
        _("Kano categories"),
        _("CS+ = (A + O) / (A + O + M + I);   CS− = −(O + M) / (A + O + M + I)"),
        _("What a feature is to people, from how they would feel with it and without it."),
        _("Each pair of answers has one category; of those within five points the one that matters most counts."),
        "Kano et al. (1984); Berger et al. (1993), Center for Quality Management Journal 2(4); Fong (1996), ibid. 5",
    ),
    "differentiation.position": Explanation(
        _("Position against the competitors"),
        _("score_j = Σ_k w_k · v_k(x_jk);   P(first) = share of worlds with the highest score"),
        _("Offers are scored on criteria that the needs weigh; uncertain weights and ratings are drawn many times."),
        _("Criteria add up: a weakness in one can be made good by another."),
        "Lahdelma & Salminen (2001), Operations Research 49(3)",
    ),
    "differentiation.weights": Explanation(
        _("Weights of the criteria"),
        _("opportunity;   AHP: A w = λ w;   best-worst: min ξ;   swing: points;   entropy: (1 − e_k) / Σ (1 − e)"),
        _("How much each criterion counts, by each method that has something to go by, in draws."),
        _("Judgements carry noise; several people are drawn anew. Entropy asks nobody: it weighs what differs."),
        "Saaty (1980); Rezaei (2016), Omega 64; von Winterfeldt & Edwards (1986); Hwang & Yoon (1981)",
    ),
    "differentiation.map": Explanation(
        _("Perceptual map"),
        _("S = D_r^(−1/2) (P − r c′) D_c^(−1/2) = U Σ V′;   rows = D_r^(−1/2) U Σ"),
        _("Offers that are rated alike stand close; each ellipse holds four of five worlds, turned onto one map."),
        _("Two axes show only a part of the differences; distances between an offer and a criterion have no scale."),
        "Greenacre (2017), Correspondence Analysis in Practice",
    ),
    "differentiation.canvas": Explanation(
        _("Strategy canvas"),
        _("divergence_j = √(Σ_k w_k (v_ours,k − v_jk)²)"),
        _("How far our value curve is from each competitor's: 0 alike, 1 opposite on everything."),
        _("Ratings stand for what customers get; being different is not yet being better."),
        "Kim & Mauborgne (2005), Blue Ocean Strategy, ch. 2",
    ),
    "differentiation.white_spaces": Explanation(
        _("White spaces"),
        _("unserved_k = share_k · (1 − max_j service_jk)"),
        _("Needs that many customers raise and that even the best offer serves badly."),
        _("What is not said is not counted; where no offer was rated the best service may be anything."),
        "docs/methods/strategy-canvas.md",
    ),
    "pricing.van_westendorp": Explanation(
        _("Van Westendorp price points"),
        _("OPP: too cheap × too expensive;   IDP: cheap × expensive"),
        _("Where the cumulative curves of the four price questions cross."),
        _("Stated prices are not purchases; intransitive answers are counted and left out."),
        "van Westendorp (1976), ESOMAR Congress",
    ),
    "pricing.demand": Explanation(
        _("Share for whom a price is worth it"),
        _("C(p) = P(willingness to pay ≥ p)"),
        _("Each respondent's willingness to pay lies between the prices that the answers name."),
        _("Stated willingness to pay, without competitors; the bootstrap over respondents gives the interval."),
        "Lipovetsky, Magnan & Zanetti-Polzi (2011), J. Revenue and Pricing Management 10(5)",
    ),
    "choices.model": Explanation(
        _("Choice study"),
        _("P(j) = exp(x_j · β_n) / Σ_i exp(x_i · β_n);   β_n ~ N(μ, Σ);   willingness to pay = −Δx · β / β_price"),
        _("What each level of an offer is worth to people, from which offer they chose among those they were shown."),
        _("Attributes add up, everybody saw all of them, and people choose in the survey as with their own money."),
        "Train (2009), Discrete Choice Methods with Simulation; Rossi, Allenby & McCulloch (2005), ch. 5",
    ),
    "choices.maxdiff": Explanation(
        _("Best-worst study"),
        _("P(best i, worst k) = e^u_i / Σ_j e^u_j · e^(−u_k) / Σ_{j≠i} e^(−u_j);  share_i = mean of e^u_i / Σ_j e^u_j"),
        _("How much each item matters among those of the survey, from which was picked as best and which as worst."),
        _("The worst is picked from what the best leaves. What people say matters is not yet what they buy."),
        "Louviere, Flynn & Marley (2015), Best-Worst Scaling; Rossi, Allenby & McCulloch (2005), ch. 5",
    ),
    "choices.best_offer": Explanation(
        _("Offer that earns most"),
        _("max over price and levels of (price − cost) · S(offer)"),
        _("The offer and price with the highest mean money for each person in the market, against those simulated."),
        _("Competitors keep their offers; S is a share of preference, not of the market."),
        "Train (2009), Discrete Choice Methods with Simulation, ch. 2",
    ),
    "pricing.ladder": Explanation(
        _("Demand from the price ladder"),
        _("q(p) = G(a − b · x(p));   each person adds ln(q(last yes) − q(first no))"),
        _("A person's yes and no at several prices hold the most that they would pay between two of them."),
        _("Said, not paid. Log-normal or logistic willingness to pay, whichever fits better; bootstrap over people."),
        "Cameron & James (1987), Review of Economics and Statistics 69(2)",
    ),
    "pricing.plans": Explanation(
        _("Plans with use included"),
        _("surplus = w · (x / u)^θ − payment;   margin = payment − cost · x, mean over people and worlds"),
        _("Everyone takes the plan with the most surplus, or none; fees, limits and prices of use are searched."),
        _("What part of the tokens is worth is assumed; nobody shares a plan, and competitors do not answer."),
        "Oi (1971), Quarterly Journal of Economics 85(1); Wilson (1993), Nonlinear Pricing, ch. 2",
    ),
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
    "modellab.evaluation": Explanation(
        _("Test of a candidate"),
        _("accuracy = share of held-out texts labelled right;   interval: paired bootstrap over texts"),
        _("All candidates of a run answer the same held-out texts; each draw resamples the same texts for all."),
        _("The held-out texts are like those that customers will send."),
        "Efron & Tibshirani (1993), An Introduction to the Bootstrap",
    ),
    "modellab.quality": Explanation(
        _("Success of a task"),
        _("q = 1 − Σ_l w_l · (1 − v_l);   w_l = f_l · k_l / Σ_m f_m · k_m"),
        _("What answers to held-out texts are worth where classes differ in how often they come and cost."),
        _(
            "Costs depend on the right class alone. A person answers below the threshold; a class that was not tested "
            "does as well as the rest."
        ),
        "Efron & Tibshirani (1993), ch. 8; Elkan (2001), IJCAI 17; Chow (1970), IEEE Trans. Information Theory 16(1)",
    ),
    "modellab.quality_to_function": Explanation(
        _("What errors do to customers"),
        _("1 − F = (1 − F₀) · ((1 − q) / (1 − q₀))^ε;   ln u = a + ε · ln e + scatter"),
        _("By how much the share of unresolved requests falls when the test errors fall."),
        _("Between classes it is only observed: what is hard to resolve may be hard to answer for other reasons."),
        "Carroll, Ruppert, Stefanski & Crainiceanu (2006), Measurement Error in Nonlinear Models, ch. 9",
    ),
    "modellab.latency_to_interaction": Explanation(
        _("What waiting does to customers"),
        _("1 − I = (1 − I₀) · (latency / latency₀)^ε"),
        _("By how much dislike falls when answers come sooner."),
        _("Between requests it is only observed: hard requests may be both slow and disliked."),
        "Gelman et al. (2013), Bayesian Data Analysis, section 3.7; docs/methods/quality-to-function.md",
    ),
    "modellab.error_price": Explanation(
        _("What an unresolved request costs"),
        _("k_l = max(h_l − h₀, 0) · lifetime value / failures a month"),
        _("How much sooner customers leave after an unresolved request of a class, in money for each such request."),
        _("Who meets failures may differ in other ways; time before the first failure counts as time without one."),
        "Gelman et al. (2013), Bayesian Data Analysis, sections 2.6 and 2.7",
    ),
    "planning.forecast": Explanation(
        _("Forecast of revenue and margin"),
        _("T = P · S · N;   revenue_t = P · Σ_s new_s · R_{t−s};   margin = revenue − serving cost"),
        _("Buyers in reach, share of preference, price and retention, month by month, in the same worlds."),
        _("The links between the stages hold in the range of the data; the grade is that of the weakest link."),
        "docs/methods/forecast.md",
    ),
    "planning.price": Explanation(
        _("Price to charge"),
        _("p* = argmax_p E[NPV of margin(p)];   interval: argmax_p NPV of margin(p) in each world"),
        _(
            "The price on a grid with the highest expected discounted margin for today's model; "
            "the interval holds the best price in four of five worlds."
        ),
        _("At a higher price the existing customers for whom it is no longer worth it leave at once."),
        "docs/methods/forecast.md",
    ),
    "planning.verdict": Explanation(
        _("Ship, hold, or cannot tell yet"),
        _("P(better) = share of worlds in which the candidate's discounted margin exceeds today's"),
        _("Both are forecast in the same worlds, so what they share cancels out."),
        _("The thresholds are stated on the page; what would settle it is ranked by what knowing it is worth."),
        "Strong, Oakley & Brennan (2014), Medical Decision Making 34(3)",
    ),
    "decisions.options": Explanation(
        _("Options side by side"),
        _("gain = NPV of the option − NPV of today;   regret = E[max] − E[option];   CVaR = mean of the worst tenth"),
        _("What each option would earn over today, in the same worlds, how sure that is and what it risks."),
        _("Every option is carried out as described, one of them, at once; chances are those of the model's worlds."),
        "Raiffa & Schlaifer (1961), ch. 4; Rockafellar & Uryasev (2000), Journal of Risk 2(3)",
    ),
    "decisions.search": Explanation(
        _("Search of price, plans and model"),
        _("max over price, plans and model of E[NPV − NPV of today], within the constraints"),
        _("The best of many combinations by differential evolution; its gain is told on worlds not searched in."),
        _("Only the kinds of plan that were asked for are searched; competitors do not answer."),
        "Storn & Price (1997), J. Global Optimization 11; Smith & Winkler (2006), Management Science 52(3)",
    ),
    "decisions.information": Explanation(
        _("What knowing is worth"),
        _("EVPI = E[max_k g_k] − max_k E[g_k];   EVPPI(x) = E[max_k E(g_k | x)] − max_k E[g_k]"),
        _("How much better one would choose, on average, if a thing were known before choosing; one choice, once."),
        _("E(g | x) is fitted to the worlds; a study of n answers beside n₀ known ones leaves n₀ / (n + n₀) of doubt."),
        "Strong, Oakley & Brennan (2014), Medical Decision Making 34(3); Jalal & Alarid-Escudero (2018), 38(2)",
    ),
    "decisions.sensitivity": Explanation(
        _("What the gain hangs on"),
        _("S_g = Var(E[Y | g]) / Var(Y);   ST_g = E[Var(Y | all but g)] / Var(Y)"),
        _("How much of the uncertainty of the gain each link makes, alone and together with others."),
        _("The links are independent of each other; the worlds of one are rearranged while the others stay."),
        "Saltelli et al. (2010), Computer Physics Communications 181; Jansen (1999), 117",
    ),
}


def explanation(code: str) -> Explanation | None:
    return _EXPLANATIONS.get(code)


def title_of(kind: str, subject: str) -> str:
    """The kind of a result in words and, where there is one, what it is about."""
    known = explanation(kind)
    title = str(known.title) if known else kind
    # A subject may hold names that the product gave, such as the first scenario's.
    for part in filter(None, subject.split(": ")):
        title = gettext("%(title)s: %(subject)s") % {"title": title, "subject": gettext(part)}
    return title
