//! Rows in words of similar meaning, to ask the encoder about what nobody has written.
//!
//! A small network learns more from a large one's answers to many altered texts than from those to the corpus alone, which the large one knows by
//! heart (data augmentation for distillation; Jiao et al. 2020, TinyBERT).

use std::collections::{BTreeSet, HashMap};

use anyhow::Result;
use tch::{Kind, Tensor};

use super::lessons::Lesson;
use crate::random::Random;

/// Words of similar meaning known of each.
const NEAREST: i64 = 8;
/// Tokens whose neighbours are sought at once.
const TOGETHER: i64 = 1024;
/// Largest share of a row's tokens that are replaced.
const MOST_REPLACED: f64 = 0.5;

/// For each token of some rows, those of the others whose vectors are nearest to its own.
pub struct Neighbours(HashMap<u32, Vec<u32>>);

impl Neighbours {
    /// The neighbours among the tokens of the sentences of `lessons`, by the encoder's token `vectors`, `[tokens, hidden]`.
    ///
    /// # Errors
    /// When libtorch fails.
    pub fn among(lessons: &[&Lesson], vectors: &Tensor) -> Result<Self> {
        let passages = lessons.iter().flat_map(|l| &l.passages);
        let used: BTreeSet<u32> = passages.flat_map(|p| p.sentences.iter().flat_map(|(_, range)| &p.ids[range.clone()])).copied().collect();
        let used: Vec<i64> = used.into_iter().map(i64::from).collect();
        let (used_now, vectors) = (Tensor::from_slice(&used).to_device(vectors.device()), vectors.detach());
        let vectors = vectors.index_select(0, &used_now);
        let vectors = &vectors / vectors.norm_scalaropt_dim(2, [1i64], true).clamp_min(1e-12);
        let nearest = NEAREST.min(used.len() as i64 - 1);
        let mut of = HashMap::new();
        for start in (0..used.len() as i64).step_by(TOGETHER as usize) {
            let some = vectors.narrow(0, start, TOGETHER.min(used.len() as i64 - start));
            let (_, places) = some.matmul(&vectors.transpose(0, 1)).topk(nearest + 1, 1, true, true);
            // the nearest is the token itself
            let places = Vec::<i64>::try_from(places.narrow(1, 1, nearest).contiguous().view([-1]).to_kind(Kind::Int64))?;
            for (token, places) in used[start as usize..].iter().zip(places.chunks_exact(nearest as usize)) {
                of.insert(*token as u32, places.iter().map(|&place| used[place as usize] as u32).collect());
            }
        }
        Ok(Neighbours(of))
    }

    /// The lesson with some of its tokens replaced by neighbours.
    pub fn replace(&self, lesson: &mut Lesson, random: &mut Random) {
        let share = random.unit() * MOST_REPLACED;
        for passage in &mut lesson.passages {
            for (_, range) in &passage.sentences {
                for id in &mut passage.ids[range.clone()] {
                    if random.unit() < share
                        && let Some(near) = self.0.get(id).filter(|near| !near.is_empty())
                    {
                        *id = near[random.below(near.len())];
                    }
                }
            }
        }
    }
}
