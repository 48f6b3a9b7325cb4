import { toTimestamp } from '../clock.ts'
import type { PullRequest } from '../github/forge.ts'
import { closePull, openPull } from '../github/pull-requests.ts'
import { GitHubError, type Call, type Route } from '../github/router.ts'
import { asString } from '../json.ts'
import { page } from './page.ts'
import { renderMergeRequest, renderNote, renderUser } from './render.ts'

const LIST = '/projects/:project/merge_requests'
const ONE = `${LIST}/:number`

const ok = (body: unknown, status = 200) => ({ status, body })

/**
 * Routes of https://docs.gitlab.com/api/merge_requests/, https://docs.gitlab.com/api/notes/ (merge requests),
 * https://docs.gitlab.com/api/resource_state_events/ and https://docs.gitlab.com/api/merge_request_approvals/ (approval state).
 */
export const MERGE_REQUEST_ROUTES: readonly Route[] = [
  { method: 'GET', pattern: LIST, answer: (call) => page(call, listed(call), (pull) => show(call, pull)) },
  { method: 'POST', pattern: LIST, answer: async (call) => ok(show(call, await create(call)), 201) },
  { method: 'GET', pattern: ONE, answer: (call) => ok(show(call, pullOf(call))) },
  { method: 'PUT', pattern: ONE, answer: (call) => ok(show(call, update(call))) },
  { method: 'GET', pattern: `${ONE}/notes`, answer: (call) => page(call, notesOf(call), (note) => renderNote(call.forge, note)) },
  { method: 'POST', pattern: `${ONE}/notes`, answer: (call) => ok(addNote(call), 201) },
  { method: 'PUT', pattern: `${ONE}/notes/:id`, answer: (call) => ok(editNote(call)) },
  { method: 'GET', pattern: `${ONE}/resource_state_events`, answer: (call) => page(call, stateEvents(call), (event) => event) },
  { method: 'GET', pattern: `${ONE}/approvals`, answer: (call) => ok({ approved_by: approvals(call) }) },
]

function show({ forge, repository }: Call, pull: PullRequest): unknown {
  return renderMergeRequest(forge, repository, pull)
}

function pullOf({ repository, params }: Call): PullRequest {
  const pull = repository.pulls.get(Number(params['number']))
  if (pull === undefined) throw new GitHubError(404, '404 Not found')
  return pull
}

function listed({ repository, query }: Call): readonly PullRequest[] {
  const state = query.get('state') ?? 'all'
  const isWanted = (pull: PullRequest): boolean => {
    if (state === 'merged') return pull.merged !== undefined
    return state === 'all' || (state === 'opened' ? pull.state === 'open' : pull.state === 'closed' && !pull.merged)
  }
  return [...repository.pulls.values()]
    .filter(isWanted)
    .filter((pull) => (query.get('source_branch') ?? pull.head) === pull.head)
    .filter((pull) => (query.get('target_branch') ?? pull.base) === pull.base)
    .sort((a, b) => (query.get('sort') === 'asc' ? a.number - b.number : b.number - a.number))
}

/** A second open one of a branch is a conflict, as a merge request of GitLab's own tracker says: `message` is a list then. */
async function create(call: Call): Promise<PullRequest> {
  const { forge, repository, actor, body } = call
  const title = asString(body['title']) ?? ''
  const head = asString(body['source_branch']) ?? ''
  const base = asString(body['target_branch']) ?? ''
  if (title === '' || head === '' || base === '') throw new GitHubError(400, 'title, source_branch or target_branch is missing')
  if (title.length > 255) throw new GitHubError(422, 'Title is too long (maximum is 255 characters)')
  const open = [...repository.pulls.values()].find((pull) => pull.state === 'open' && pull.head === head && pull.base === base)
  if (open) throw new GitHubError(409, `Another open merge request already exists for this source branch: !${open.number}`)
  const text = asString(body['description']) ?? ''
  // A title that says so makes a draft: https://docs.gitlab.com/user/project/merge_requests/drafts/
  const draft = /^(?:\[draft\]|\(draft\)|draft:)/i.test(title)
  const pull = await openPull(forge, repository, { title, head, base, body: withoutOrders(text), draft, author: actor.login })
  obey(call, pull, text)
  return pull
}

function update(call: Call): PullRequest {
  const { forge, repository, actor, body } = call
  const pull = pullOf(call)
  const text = asString(body['description'])
  if (text !== undefined) {
    pull.body = withoutOrders(text)
    obey(call, pull, text)
  }
  const labels = asString(body['add_labels'])
  if (labels !== undefined) pull.labels = [...new Set([...pull.labels, ...labels.split(',')])]
  const ids = body['reviewer_ids']
  if (Array.isArray(ids)) pull.reviewers = reviewersOf(call, ids)
  pull.updatedAt = forge.clock.now()
  if (body['state_event'] === 'close') closePull(forge, repository, { pull, by: actor.login })
  return pull
}

/** Ids that nobody has are left out without a word. */
function reviewersOf({ forge }: Call, ids: readonly unknown[]): string[] {
  return ids.flatMap((id) => forge.accounts.findById(id)?.login ?? [])
}

/**
 * Quick actions are done with the rights of who writes them, and are not kept: https://docs.gitlab.com/user/project/quick_actions/
 * Of all of them only this.
 */
function obey({ forge, repository, actor }: Call, pull: PullRequest, text: string): void {
  if (/^\s*\/close\b/m.test(text)) closePull(forge, repository, { pull, by: actor.login })
}

function withoutOrders(text: string): string {
  return text.replace(/^\s*\/close\b.*$/gm, '')
}

function notesOf(call: Call) {
  const { number } = pullOf(call)
  const notes = call.repository.comments.filter((comment) => comment.number === number)
  return call.query.get('sort') === 'asc' ? notes : notes.toReversed()
}

function textOf({ body }: Call): string {
  const text = asString(body['body']) ?? ''
  if (text.trim() === '') throw new GitHubError(400, 'body is missing')
  return text
}

function addNote(call: Call): unknown {
  const { forge, repository, actor } = call
  const pull = pullOf(call)
  const text = textOf(call)
  const now = forge.clock.now()
  const note = { id: forge.nextId(), number: pull.number, author: actor.login, body: withoutOrders(text), createdAt: now, updatedAt: now }
  repository.comments.push(note)
  obey(call, pull, text)
  return renderNote(forge, note)
}

/** Nobody edits what another has written. */
function editNote(call: Call): unknown {
  const { forge, repository, actor, params } = call
  const note = repository.comments.find((comment) => comment.id === Number(params['id']))
  if (note === undefined) throw new GitHubError(404, '404 Note Not Found')
  if (note.author !== actor.login) throw new GitHubError(403, '403 Forbidden')
  note.body = withoutOrders(textOf(call))
  note.updatedAt = forge.clock.now()
  return renderNote(forge, note)
}

/** Only the last: the stand-in reopens nothing. */
function stateEvents(call: Call): readonly unknown[] {
  const { closed, merged } = pullOf(call)
  if (!closed) return []
  const event = { id: 1, resource_type: 'MergeRequest', state: merged ? 'merged' : 'closed', created_at: toTimestamp(closed.at) }
  return [{ ...event, user: renderUser(call.forge, closed.by) }]
}

function approvals(call: Call): readonly unknown[] {
  const newest = new Map(pullOf(call).reviews.map((review) => [review.author, review.state]))
  return [...newest].filter(([, state]) => state === 'APPROVED').map(([login]) => ({ user: renderUser(call.forge, login) }))
}
