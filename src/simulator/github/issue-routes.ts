import { toTimestamp } from '../clock.ts'
import { asArray, asString, isObject } from '../json.ts'
import type { Comment } from './forge.ts'
import { pullOf } from './pull-routes.ts'
import { renderComment, renderIssue, renderLabel, renderUser } from './render.ts'
import { GitHubError, paginate, validationFailed, type Call, type Route } from './router.ts'
import { checkText } from './text-limits.ts'

const ISSUE = '/repos/:owner/:repo/issues/:number'

/** Routes of https://docs.github.com/en/rest/issues for pull requests, which are issues too. */
export const ISSUE_ROUTES: readonly Route[] = [
  // Before `:number`, which would match "comments" as well.
  {
    method: 'PATCH',
    pattern: '/repos/:owner/:repo/issues/comments/:id',
    answer: (call) => ({ status: 200, body: editComment(call) }),
  },
  { method: 'DELETE', pattern: '/repos/:owner/:repo/issues/comments/:id', answer: deleteComment },
  {
    method: 'GET',
    pattern: ISSUE,
    answer: (call) => ({ status: 200, body: renderIssue(call.forge, call.repository, pullOf(call)) }),
  },
  { method: 'GET', pattern: `${ISSUE}/events`, answer: (call) => paginate(call, eventsOf(call), call.forge.url) },
  { method: 'GET', pattern: `${ISSUE}/comments`, answer: (call) => paginate(call, listComments(call), call.forge.url) },
  { method: 'POST', pattern: `${ISSUE}/comments`, answer: (call) => ({ status: 201, body: addComment(call) }) },
  { method: 'GET', pattern: `${ISSUE}/labels`, answer: (call) => paginate(call, labelsOf(call), call.forge.url) },
  { method: 'POST', pattern: `${ISSUE}/labels`, answer: (call) => ({ status: 200, body: addLabels(call) }) },
  { method: 'POST', pattern: `${ISSUE}/assignees`, answer: (call) => ({ status: 201, body: addAssignees(call) }) },
  {
    method: 'POST',
    pattern: '/repos/:owner/:repo/labels',
    answer: (call) => ({ status: 201, body: createLabel(call) }),
  },
  {
    method: 'GET',
    pattern: '/repos/:owner/:repo/labels/:name',
    answer: (call) => ({ status: 200, body: readLabel(call) }),
  },
  {
    method: 'GET',
    pattern: '/repos/:owner/:repo/labels',
    answer: (call) =>
      paginate(
        call,
        [...call.repository.labels.keys()].map((name) => renderLabel(call.repository, name)),
        call.forge.url,
      ),
  },
]

function listComments(call: Call): unknown[] {
  const { number } = pullOf(call)
  return call.repository.comments
    .filter((comment) => comment.number === number)
    .map((comment) => renderComment(call.forge, call.repository, comment))
}

/** Of the events of a pull request only that of its close. */
function eventsOf(call: Call): unknown[] {
  const { closed } = pullOf(call)
  return closed ? [{ id: 1, event: 'closed', actor: renderUser(call.forge, closed.by), created_at: toTimestamp(closed.at) }] : []
}

function addComment(call: Call): unknown {
  const { forge, repository, actor } = call
  const comment: Comment = {
    id: forge.nextId(),
    number: pullOf(call).number,
    author: actor.login,
    body: commentText(call),
    createdAt: forge.clock.now(),
    updatedAt: forge.clock.now(),
  }
  repository.comments.push(comment)
  return renderComment(forge, repository, comment)
}

function editComment(call: Call): unknown {
  const comment = commentOf(call)
  comment.body = commentText(call)
  comment.updatedAt = call.forge.clock.now()
  return renderComment(call.forge, call.repository, comment)
}

function deleteComment(call: Call): { status: number } {
  const comment = commentOf(call)
  call.repository.comments = call.repository.comments.filter((other) => other !== comment)
  return { status: 204 }
}

function commentOf(call: Call): Comment {
  const comment = call.repository.comments.find((candidate) => candidate.id === Number(call.params['id']))
  if (comment === undefined) throw new GitHubError(404, 'Not Found')
  return comment
}

function commentText(call: Call): string {
  const body = asString(call.body['body'])
  if (body === undefined || body.trim() === '') throw validationFailed({ resource: 'IssueComment', code: 'missing_field', field: 'body' })
  checkText({ body })
  return body
}

function labelsOf(call: Call): unknown[] {
  return pullOf(call).labels.map((name) => renderLabel(call.repository, name))
}

/** Adding a label that the repository lacks creates it, for a caller who may write. */
function addLabels(call: Call): unknown[] {
  const names = asArray(call.body['labels']).flatMap((label) =>
    typeof label === 'string' ? [label] : isObject(label) ? [String(label['name'])] : [],
  )
  for (const name of names) checkLabelName(name)
  for (const name of names) if (!call.repository.labels.has(name)) call.repository.labels.set(name, { color: 'ededed', description: '' })
  const pull = pullOf(call)
  pull.labels = [...new Set([...pull.labels, ...names])]
  return labelsOf(call)
}

function addAssignees(call: Call): unknown {
  const pull = pullOf(call)
  // GitHub drops names it does not know without a word.
  const known = asArray(call.body['assignees'])
    .filter((login) => typeof login === 'string')
    .filter((login) => call.forge.accounts.find(login) !== undefined)
  pull.assignees = [...new Set([...pull.assignees, ...known])]
  return renderIssue(call.forge, call.repository, pull)
}

function createLabel(call: Call): unknown {
  const name = asString(call.body['name']) ?? ''
  checkLabelName(name)
  if (call.repository.labels.has(name)) throw validationFailed({ resource: 'Label', code: 'already_exists', field: 'name' })
  call.repository.labels.set(name, {
    color: asString(call.body['color']) ?? 'ededed',
    description: asString(call.body['description']) ?? '',
  })
  return renderLabel(call.repository, name)
}

function readLabel(call: Call): unknown {
  const name = call.params['name'] ?? ''
  if (!call.repository.labels.has(name)) throw new GitHubError(404, 'Not Found')
  return renderLabel(call.repository, name)
}

function checkLabelName(name: string): void {
  if (name.trim() === '' || name.length > 50) throw validationFailed({ resource: 'Label', code: 'invalid', field: 'name', value: name })
}
