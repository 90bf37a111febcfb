//! How gossipsub is set up for one topic.

use std::{collections::HashSet, time::Duration};

use libp2p::gossipsub::{
    self, ConfigBuilder, IdentTopic, IdentityTransform, MessageAuthenticity, MessageId, PeerScoreParams,
    PeerScoreThresholds, TopicHash, TopicScoreParams, ValidationMode, Version, WhitelistSubscriptionFilter,
};

use crate::{Topic, config::MAX_GOSSIP};

pub(super) type Gossip = gossipsub::Behaviour<IdentityTransform, WhitelistSubscriptionFilter>;

/// The protocol's name says which topic it is, so within it one letter is enough.
const ONLY: &str = "e";

pub(super) fn only() -> IdentTopic {
    IdentTopic::new(ONLY)
}

/// Only those who know the topic can form this name, and a hash of it is all that passes over the wire.
fn protocol(topic: &Topic) -> String {
    let name = blake3::derive_key("chapterhouse gossip protocol name 1", topic);
    format!("/chapterhouse/gossip/1/{}", blake3::Hash::from_bytes(name).to_hex())
}

/// A gossipsub that has subscribed to its topic. Fails only if the numbers below contradict each other.
pub(super) fn gossip(topic: &Topic) -> Result<Gossip, BadParams> {
    let config = ConfigBuilder::default()
        .protocol_id(protocol(topic), Version::V1_1)
        // The entries carry the signatures that matter; a second one by the transport key would only tell who wrote.
        .validation_mode(ValidationMode::Anonymous)
        .validate_messages()
        .message_id_fn(|message| MessageId::new(blake3::hash(&message.data).as_bytes()))
        .max_transmit_size(MAX_GOSSIP + 1024)
        .max_publish_messages(500)
        .connection_handler_queue_len(256)
        .heartbeat_initial_delay(Duration::from_millis(100))
        .heartbeat_interval(Duration::from_millis(700))
        .history_length(5)
        .history_gossip(3)
        .duplicate_cache_time(Duration::from_secs(120))
        .mesh_n(6)
        .mesh_n_low(4)
        .mesh_n_high(12)
        .mesh_outbound_min(1)
        // What is written here goes to everybody connected, not only to the mesh.
        .flood_publish(true)
        .prune_backoff(Duration::from_secs(15))
        .unsubscribe_backoff(Duration::from_secs(3))
        .build()
        .map_err(BadParams::Config)?;
    let filter = WhitelistSubscriptionFilter(HashSet::from([only().hash()]));
    let mut gossip = Gossip::new_with_subscription_filter(MessageAuthenticity::Anonymous, config, filter)
        .map_err(BadParams::Setup)?;
    let (params, thresholds) = scores();
    gossip.with_peer_score(params, thresholds).map_err(BadParams::Scores)?;
    gossip.subscribe(&only()).map_err(BadParams::Subscribe)?;
    Ok(gossip)
}

/// Chapters are quiet and small: nobody loses standing by saying little, by sharing an address, or by a slow line.
/// Sending what is refused costs standing, and after a few times nobody listens.
fn scores() -> (PeerScoreParams, PeerScoreThresholds) {
    let topic = TopicScoreParams {
        mesh_message_deliveries_weight: 0.0,
        mesh_failure_penalty_weight: 0.0,
        first_message_deliveries_weight: 0.5,
        first_message_deliveries_cap: 20.0,
        invalid_message_deliveries_weight: -10.0,
        invalid_message_deliveries_decay: 0.98,
        ..TopicScoreParams::default()
    };
    let params = PeerScoreParams {
        topics: [(TopicHash::from_raw(ONLY), topic)].into(),
        ip_colocation_factor_weight: 0.0,
        slow_peer_weight: 0.0,
        behaviour_penalty_weight: -1.0,
        behaviour_penalty_threshold: 6.0,
        ..PeerScoreParams::default()
    };
    let thresholds = PeerScoreThresholds {
        gossip_threshold: -20.0,
        publish_threshold: -50.0,
        graylist_threshold: -80.0,
        ..PeerScoreThresholds::default()
    };
    (params, thresholds)
}

#[derive(Debug, thiserror::Error)]
pub(crate) enum BadParams {
    #[error("gossip settings contradict each other")]
    Config(#[source] gossipsub::ConfigBuilderError),
    #[error("gossip cannot be set up: {0}")]
    Setup(&'static str),
    #[error("gossip scores contradict each other: {0}")]
    Scores(String),
    #[error("gossip refuses its own topic")]
    Subscribe(#[source] gossipsub::SubscriptionError),
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_numbers_agree_with_each_other_and_the_name_hides_the_topic() {
        assert!(gossip(&[7; 32]).is_ok());
        let names = [[7; 32], [8; 32]].map(|topic| protocol(&topic));
        assert_ne!(names[0], names[1]);
        assert!(!names[0].contains(&"07".repeat(8)) && names[0].len() < 140);
    }
}
