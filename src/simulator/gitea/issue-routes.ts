import { toTimestamp } from '../clock.ts'
import type { Comment } from '../github/forge.ts'
import { GitHubError, type Call, type Route } from '../github/router.ts'
import { asArray, asString } from '../json.ts'
import type { Reply } from '../loopback/server.ts'
import { page } from './page.ts'
import { renderComment, renderLabel, renderPull, renderUser } from './render.ts'

const REPOSITORY = '/repos/:owner/:repo'
const ISSUE = `${REPOSITORY}/issues/:number`

/** What pull requests have as the issues that they are, too. */
export const ISSUE_ROUTES: readonly Route[] = [
  {
    method: 'GET',
    pattern: `${REPOSITORY}/issues`,
    answer: (call) => page(call, [...call.repository.pulls.values()], (pull) => renderPull(call.forge, call.repository, pull)),
  },
  // Before `:number`, which would match "comments" as well.
  { method: 'PATCH', pattern: `${REPOSITORY}/issues/comments/:id`, answer: editComment },
  { method: 'GET', pattern: `${ISSUE}/comments`, answer: listComments },
  { method: 'POST', pattern: `${ISSUE}/comments`, answer: addComment },
  { method: 'GET', pattern: `${ISSUE}/timeline`, answer: timeline },
  { method: 'POST', pattern: `${ISSUE}/labels`, answer: addLabels },
  { method: 'POST', pattern: `${REPOSITORY}/labels`, answer: createLabel },
]

/** All of them, whatever page is asked for. */
function listComments(call: Call): Reply {
  return { status: 200, body: commentsOf(call).map((comment) => renderComment(call.forge, call.repository, comment)) }
}

function commentsOf({ repository, params }: Call): readonly Comment[] {
  return repository.comments.filter(({ number }) => number === Number(params['number']))
}

function addComment(call: Call): Reply {
  const { forge, repository, actor, params } = call
  const now = forge.clock.now()
  const comment = {
    id: forge.nextId(),
    number: Number(params['number']),
    author: actor.login,
    body: bodyOf(call),
    createdAt: now,
    updatedAt: now,
  }
  repository.comments.push(comment)
  return { status: 201, body: renderComment(forge, repository, comment) }
}

function editComment(call: Call): Reply {
  const comment = call.repository.comments.find(({ id }) => id === Number(call.params['id']))
  if (!comment) throw new GitHubError(404, 'comment does not exist')
  comment.body = bodyOf(call)
  comment.updatedAt = call.forge.clock.now()
  return { status: 200, body: renderComment(call.forge, call.repository, comment) }
}

function bodyOf({ body }: Call): string {
  const text = asString(body['body']) ?? ''
  if (text === '') throw new GitHubError(422, '[Body]: Required')
  return text
}

/** Comments and closes, oldest first. It counts the rows of the page alone. */
function timeline(call: Call): Reply {
  const { forge, repository } = call
  const pull = repository.pulls.get(Number(call.params['number']))
  const close =
    pull?.closed && !pull.merged ? [{ at: pull.closed.at, type: 'close', user: renderUser(forge, pull.closed.by), body: '' }] : []
  const comments = commentsOf(call).map(({ author, body, createdAt }) => ({
    at: createdAt,
    type: 'comment',
    user: renderUser(forge, author),
    body,
  }))
  const rows = [...comments, ...close].toSorted((a, b) => a.at - b.at)
  const reply = page(call, rows, ({ at, ...row }) => ({ ...row, created_at: toTimestamp(at) }))
  return { ...reply, headers: { 'x-total-count': String(asArray(reply.body).length) } }
}

/** By name or by id; names that it does not know are passed over. */
function addLabels(call: Call): Reply {
  const { repository } = call
  const pull = repository.pulls.get(Number(call.params['number']))
  if (!pull) throw new GitHubError(404, 'issue does not exist')
  const known = [...repository.labels.keys()]
  const wanted = asArray(call.body['labels']).flatMap((label) => known.filter((name, index) => label === name || label === index + 1))
  pull.labels = [...new Set([...pull.labels, ...wanted])]
  return { status: 200, body: pull.labels.map((name) => renderLabel(repository, name)) }
}

function createLabel({ repository, body }: Call): Reply {
  const name = asString(body['name']) ?? ''
  if (name === '') throw new GitHubError(422, '[Name]: Required')
  repository.labels.set(name, { color: (asString(body['color']) ?? '').replace('#', ''), description: '' })
  return { status: 201, body: renderLabel(repository, name) }
}
