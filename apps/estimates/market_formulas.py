"""How results on needs, offers, prices and choices are computed."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from apps.estimates.explanation import Explanation

FORMULAS = {
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
}
