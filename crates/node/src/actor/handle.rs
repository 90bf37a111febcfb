//! The way into a node from elsewhere: one door for every command.

use super::{Ask, Handle, ReadyPost, notify, result};
use api::{Command, ErrorCode, Event, Refusal, Reply, poll::ResultFormat};
use tokio::sync::{broadcast, oneshot};

impl Handle {
    /// Sends one command and waits for its answer.
    pub async fn dispatch(&self, command: Command) -> Result<Reply, Refusal> {
        match command {
            Command::Post { chapter, kind, title, body } => {
                let post = ReadyPost::new(chapter, kind, &title, &body);
                self.ask(|answer| Ask::Post(post, answer)).await
            }
            // The file is written by whoever asks, not by the node.
            Command::SaveResult { poll, format } => self.save_result(poll, format).await,
            Command::Notify { title, body, about } => {
                // Refused while it is locked, as everything is that tells of a chapter.
                self.ask(|answer| Ask::Command(Command::WhoAmI, answer)).await?;
                let notice = notify::Notice { title: &title, body: &body, about: &about };
                self.notices.show(notice, self.desk.as_ref(), &self.events).await
            }
            Command::ChooseFile { path, new } => self.choose_file(&path, new).await,
            Command::ShowFolder { path } => self.show_folder(&path),
            other => self.ask(|answer| Ask::Command(other, answer)).await,
        }
    }

    async fn save_result(&self, poll: String, format: ResultFormat) -> Result<Reply, Refusal> {
        let other = || Refusal::new(ErrorCode::Internal, "the node answered something else than was asked");
        let asked = |command| self.ask(|answer| Ask::Command(command, answer));
        let Reply::Poll(mut view) = asked(Command::ShowPoll { poll }).await? else { return Err(other()) };
        let poll = view.head.entry.clone();
        if format == ResultFormat::Archive {
            let path = result::free(&view.title, "poll").to_string_lossy().into_owned();
            return asked(Command::ExportPoll { poll, path }).await;
        }
        for question in view.questions.iter_mut().filter(|question| question.record_left_out) {
            let command = Command::ShowCount { poll: poll.clone(), question: question.key.clone() };
            let Reply::Count(whole) = asked(command).await? else { return Err(other()) };
            *question = *whole;
        }
        result::save(*view, format).await
    }

    async fn ask(&self, ask: impl FnOnce(super::Answer) -> Ask) -> Result<Reply, Refusal> {
        let gone = || Refusal::new(ErrorCode::Internal, "the node has stopped");
        let (answer, answered) = oneshot::channel();
        self.asks.send(ask(answer)).await.map_err(|_| gone())?;
        answered.await.map_err(|_| gone())?
    }

    /// What the node says by itself from now on.
    pub fn events(&self) -> broadcast::Receiver<Event> {
        self.events.subscribe()
    }
}
