//! Every two options compared: a table of who is preferred to whom, and the winner's comparisons as sentences.

use crate::text::{
    ballot::ordinal,
    result::{beats, ranking_words, votes},
};
use api::view::QuestionView;
use yew::prelude::*;

/// With more options than this, the table is left to the file that can be saved.
const TABLE: usize = 30;

#[derive(Properties, PartialEq)]
pub(super) struct PairsProps {
    pub(super) question: QuestionView,
    pub(super) pairs: Vec<Vec<u64>>,
    pub(super) paths: Vec<Vec<[u64; 2]>>,
    pub(super) ranking: Vec<Vec<usize>>,
    pub(super) unit: u64,
}

/// The comparisons.
#[component]
pub(super) fn Pairs(props: &PairsProps) -> Html {
    let names: Vec<&str> = props.question.options.iter().map(|o| o.name.as_str()).collect();
    let best = props.ranking.first().cloned().unwrap_or_default();
    html! {
        <div class="stack" data-test="pairs" data-question={props.question.key.clone()}>
            <h3>{ "Every two compared" }</h3>
            <ul class="bullets">
                { for best.iter().flat_map(|a| (0..names.len()).filter(|b| b != a && (!best.contains(b) || a < b)).map(|b| html! { <li>{ against(props, &names, *a, b) }</li> }).collect::<Vec<_>>()) }
            </ul>
            if names.len() <= TABLE { { matrix(props, &names) } }
            <p class="meta">{ format!("In order: {}.", ranking_words(&names, &props.ranking)) }</p>
        </div>
    }
}

/// One of the best against another: directly, or where that is lost, by way of others.
fn against(props: &PairsProps, names: &[&str], a: usize, b: usize) -> String {
    let direct = beats(names, &props.pairs, a, b, props.unit);
    let cell = |x: usize, y: usize| props.pairs.get(x).and_then(|row| row.get(y)).copied().unwrap_or_default();
    let path = |x: usize, y: usize| props.paths.get(x).and_then(|row| row.get(y)).copied().unwrap_or_default();
    let (there, back) = (path(a, b), path(b, a));
    if cell(a, b) > cell(b, a) || there == back {
        return direct;
    }
    let score = |[won, lost]: [u64; 2]| format!("{}:{}", votes(won, props.unit), votes(lost, props.unit));
    let name = names.get(a).copied().unwrap_or_default();
    let other = if back == [0, 0] {
        "there is no way back".to_owned()
    } else {
        format!("the way back at its weakest {}", score(back))
    };
    format!("{direct} By way of others, {name} is ahead all the same: at its weakest {}, {other}.", score(there))
}

fn matrix(props: &PairsProps, names: &[&str]) -> Html {
    let cell = |a: usize, b: usize| props.pairs.get(a).and_then(|row| row.get(b)).copied().unwrap_or_default();
    let td = |a: usize, b: usize| {
        if a == b {
            return html! { <td class="pair-self" aria-hidden="true" /> };
        }
        let (ours, theirs) = (cell(a, b), cell(b, a));
        let class = if ours > theirs { "pair-won" } else { "pair-lost" };
        let said = format!("{}:{}", votes(ours, props.unit), votes(theirs, props.unit));
        html! { <td class={classes!("num", class)}>{ said }if ours > theirs { <span class="sr">{ ", preferred" }</span> }</td> }
    };
    html! {
        <><p class="meta">{ "How many prefer the row to the column : how many the column to the row" }</p>
        <div class="scroll-x" tabindex="0" role="region" aria-label="Every two options compared"><table class="table matrix">
            <caption class="sr">{ "How many prefer one option to another" }</caption>
            <thead><tr><th scope="col"><span class="sr">{ "Option" }</span></th>{ for names.iter().enumerate().map(|(n, name)| html! { <th scope="col" class="num"><abbr title={(*name).to_owned()}>{ letter(n) }</abbr></th> }) }</tr></thead>
            <tbody>{ for names.iter().enumerate().map(|(a, name)| html! { <tr><th scope="row"><span class="meta">{ letter(a) }</span>{ format!(" {name}") }if let Some(place) = place(props, a) { <span class="meta">{ format!(" {}", ordinal(place)) }</span> }</th>{ for (0..names.len()).map(|b| td(a, b)) }</tr> }) }</tbody>
        </table></div></>
    }
}

fn place(props: &PairsProps, option: usize) -> Option<usize> {
    let mut before = 0;
    for level in &props.ranking {
        if level.contains(&option) {
            return Some(before + 1);
        }
        before += level.len();
    }
    None
}

/// A short name for a column: `A`, …, `Z`, `AA`.
fn letter(n: usize) -> String {
    let one = |n: usize| char::from(b'A' + u8::try_from(n % 26).unwrap_or_default());
    if n < 26 { one(n).to_string() } else { format!("{}{}", one(n / 26 - 1), one(n)) }
}

#[cfg(test)]
mod tests {
    use super::*;
    use api::view::OptionView;

    #[test]
    fn columns_have_letters() {
        assert_eq!([0, 25, 26, 99].map(letter), ["A", "Z", "AA", "CV"]);
    }

    #[test]
    fn whoever_wins_by_way_of_others_is_explained() {
        let options = ["A", "B", "C"].map(|name| OptionView { name: name.to_owned(), votes: 0 }).to_vec();
        let mut props = PairsProps {
            question: QuestionView { options, ..QuestionView::default() },
            pairs: vec![vec![0, 7, 10], vec![9, 0, 6], vec![6, 10, 0]],
            paths: vec![vec![[0, 0], [10, 6], [10, 6]], vec![[9, 7], [0, 0], [9, 7]], vec![[9, 7], [10, 6], [0, 0]]],
            ranking: vec![vec![0], vec![2], vec![1]],
            unit: 1,
        };
        let names = ["A", "B", "C"];
        assert_eq!(against(&props, &names, 0, 2), "A beats C 10:6.");
        assert_eq!(
            against(&props, &names, 0, 1),
            "B beats A 9:7. By way of others, A is ahead all the same: at its weakest 10:6, the way back at its weakest 9:7."
        );
        props.paths[1][0] = [10, 6];
        assert_eq!(against(&props, &names, 0, 1), "B beats A 9:7.");
    }
}
