"""How results on models, forecasts and decisions are computed."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from apps.estimates.explanation import Explanation

FORMULAS = {
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
    "decisions.frozen": Explanation(
        _("Forecast frozen by a decision"),
        _("revenue, margin and customers of each month, as they stood on the day"),
        _("What was foretold when something was decided; it is scored by what comes, and never computed anew."),
        _("Nothing new: it is a copy of that day's forecast, with any correction that stood then."),
        "Gneiting & Raftery (2007), J. American Statistical Association 102",
    ),
    "decisions.correction": Explanation(
        _("Correction by past errors"),
        _("z = (ln y − median ln x) / sd ln x;   shift = Σz / (4 + K);   widen = max(1, √(v (1 + 1 / (4 + K))))"),
        _("What forecasts that have been scored say of the next one: by how much to shift it and to widen it."),
        _("One forecast a first month counts, from three known months of revenue on; intervals are never narrowed."),
        "Gelman et al. (2013), Bayesian Data Analysis, section 3.3",
    ),
}
