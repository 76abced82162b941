//! The frame as it is laid out: the size of the screen, its areas, and the visible rows of the open conversation.

use std::time::Instant;

use ratatui::layout::Rect;

use crate::app::{Conversation, State};
use crate::model::TransferId;
use crate::model::search::Search;
use crate::model::{Now, WallTime};
use crate::tui::hyperlinks::Hyperlinks;
use crate::tui::layout::{Areas, LayoutParams, divide};
use crate::tui::lock_notice::NoticeRow;
use crate::tui::long_note::LongNote;
use crate::tui::offers::Transfers;
use crate::tui::pictures::{self, Gallery, PictureSource};
use crate::tui::scrollback::{
    Highlights, MentionMarks, Position, RenderCtx, Scene, ScrollbackLayout, WrapCache, gutter,
};

/// What is visible.
#[derive(Debug, Default)]
pub(in crate::tui) struct Viewport {
    screen: Rect,
    areas: Areas,
    /// The rows of the open conversation.
    scene: Scene,
    /// Where the words that are looked for stand in the scene.
    highlights: Highlights,
    mentions: MentionMarks,
    /// Where the links in the scene lead.
    links: Hyperlinks,
    cache: WrapCache,
    gallery: Gallery,
    /// The last rows of a conversation that is looked at before it is opened.
    preview: Scene,
    preview_cache: WrapCache,
    /// What is to be decided about the key of the open conversation.
    notice: Vec<NoticeRow>,
    /// What the status line has no room for.
    note: LongNote,
    /// The moment that is drawn; `None`: before the first frame and the first key.
    moment: Option<Instant>,
    /// The same as people say it.
    wall: WallTime,
    /// When the first frame was drawn.
    began: WallTime,
}

impl Viewport {
    /// The whole screen.
    pub(in crate::tui) const fn screen(&self) -> Rect {
        self.screen
    }

    /// What a page that takes the whole screen has of it: all below the banner.
    pub(in crate::tui) const fn page(&self) -> Rect {
        let banner = self.areas.banner.height;
        let Rect { x, y, width, height } = self.screen;
        Rect { x, y: y.saturating_add(banner), width, height: height.saturating_sub(banner) }
    }

    pub(in crate::tui) const fn areas(&self) -> &Areas {
        &self.areas
    }

    pub(in crate::tui) const fn scene(&self) -> &Scene {
        &self.scene
    }

    pub(in crate::tui) const fn highlights(&self) -> &Highlights {
        &self.highlights
    }

    pub(in crate::tui) const fn mentions(&self) -> &MentionMarks {
        &self.mentions
    }

    /// Finds where the visible rows speak to us, whose name that is.
    pub(super) fn follow_mentions(&mut self, place: Option<&Conversation>, own: &str) {
        let names = place.map(|place| place.own_names(own)).unwrap_or_default();
        self.mentions.follow(&self.scene, names);
    }

    pub(in crate::tui) const fn links(&self) -> &Hyperlinks {
        &self.links
    }

    pub(in crate::tui) const fn preview(&self) -> &Scene {
        &self.preview
    }

    /// Lays the last rows of a conversation out for an area beside a list; without both there are none.
    pub(super) fn lay_out_preview(
        &mut self,
        looked_at: Option<(&Conversation, Rect)>,
        looks: RenderCtx<'_>,
        transfers: &Transfers,
    ) {
        let Some((place, area)) = looked_at else {
            self.preview = Scene::default();
            return;
        };
        let width = area.width.saturating_sub(2).max(1);
        let cache = &mut self.preview_cache;
        let mut layout = ScrollbackLayout { place, width, looks, transfers, cache, unfolded: None };
        self.preview = layout.scene(Position::Newest, area.height.saturating_sub(1));
    }

    /// Gives each link of the scene a number, where the terminal is told of them.
    pub(super) fn follow_links(&mut self, told: bool) {
        self.links.follow(told.then_some(&self.scene));
    }

    pub(in crate::tui) const fn moment(&self) -> Option<Instant> {
        self.moment
    }

    /// When the first frame was drawn: from then on others could know of us.
    pub(in crate::tui) const fn began(&self) -> WallTime {
        self.began
    }

    pub(in crate::tui) const fn set_moment(&mut self, now: Now) {
        if self.moment.is_none() {
            self.began = now.wall;
        }
        (self.moment, self.wall) = (Some(now.mono), now.wall);
    }

    pub(in crate::tui) const fn wall(&self) -> WallTime {
        self.wall
    }

    pub(in crate::tui) fn notice(&self) -> &[NoticeRow] {
        &self.notice
    }

    pub(super) fn set_notice(&mut self, rows: Vec<NoticeRow>) {
        self.notice = rows;
    }

    pub(in crate::tui) const fn note(&self) -> &LongNote {
        &self.note
    }

    pub(super) fn set_note(&mut self, note: LongNote) {
        self.note = note;
    }

    /// The size that the next layout is made for.
    pub(super) const fn resize(&mut self, screen: Rect) {
        self.screen = screen;
    }

    /// Divides the screen.
    pub(super) fn divide(&mut self, params: LayoutParams) {
        self.areas = divide(self.screen, params);
    }

    /// Lays the rows out that are visible at a position; without a conversation there are none.
    pub(super) fn lay_out(
        &mut self,
        place: Option<&Conversation>,
        looks: RenderCtx<'_>,
        transfers: &Transfers,
        position: Position,
    ) {
        let height = self.areas.scrollback.height;
        self.scene = match place {
            Some(place) => self.layout(place, looks, transfers).scene(position, height),
            None => Scene::default(),
        };
    }

    /// Finds the words that are looked for in the visible rows.
    pub(super) fn highlight(&mut self, place: Option<&Conversation>, search: &Search) {
        self.highlights.follow(&self.scene, place, search);
    }

    /// A conversation as rows of the pane's width.
    pub(super) fn layout<'a>(
        &'a mut self,
        place: &'a Conversation,
        looks: RenderCtx<'a>,
        transfers: &'a Transfers,
    ) -> ScrollbackLayout<'a> {
        let width = self.areas.scrollback.width;
        let looks = RenderCtx { moment: self.moment, gallery: Some(&self.gallery), ..looks };
        ScrollbackLayout { place, width, looks, transfers, cache: &mut self.cache, unfolded: None }
    }

    /// The pictures of the open conversation.
    pub(in crate::tui) const fn gallery(&self) -> &Gallery {
        &self.gallery
    }

    pub(in crate::tui) const fn gallery_mut(&mut self) -> &mut Gallery {
        &mut self.gallery
    }

    /// Pictures get the room that there is, none where only text is to be seen; what is visible of them is wanted.
    pub(super) fn make_room(&mut self, has_pictures: bool) {
        let Rect { width, .. } = self.areas.scrollback;
        let rows = if has_pictures { self.screen.height } else { 0 };
        self.gallery.set_room(width.saturating_sub(gutter(width)), rows);
    }

    /// Asks for the pictures among the visible rows.
    pub(super) fn want_pictures(&mut self, state: &State, place: Option<&Conversation>) {
        let mut visible: Vec<(TransferId, PictureSource)> = Vec::new();
        for row in &self.scene.rows {
            let (Some(file), Some(place)) = (row.file(), place) else { continue };
            let id = TransferId { message: row.message, file };
            if visible.last().is_some_and(|(last, _)| *last == id) {
                continue;
            }
            let Some(message) = place.message(row.message) else { continue };
            let shown = pictures::is_shown(&self.gallery, place, message);
            let source = pictures::source(state, message, file, self.gallery.folders()).filter(|_| shown);
            visible.extend(source.map(|source| (id, source)));
        }
        self.gallery.want(visible);
    }

    /// How many wrapped texts are kept.
    #[cfg(test)]
    pub(in crate::tui) fn cached(&self) -> usize {
        self.cache.len()
    }
}
