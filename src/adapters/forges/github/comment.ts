import { z } from 'zod'
import type { GitHubRepository } from './client.ts'
import { CommentResource, isBot } from './resources.ts'
import { fitBody } from './text.ts'

/**
 * Writes the comment that carries `marker`, or brings it up to date. Only comments of Kedge's own account count: with write
 * access GitHub lets us edit anybody's, and a person may have quoted or planted the marker.
 *
 * @throws KedgeError E_FORGE_*
 */
export async function upsertComment(hub: GitHubRepository, number: number, comment: { marker: string; text: string }): Promise<void> {
  const { client } = hub
  const { owner, name: repo } = hub.repository
  const path = `/repos/${owner}/${repo}/issues`
  const body = fitBody(comment.text.includes(comment.marker) ? comment.text : `${comment.text}\n\n${comment.marker}`)
  const ours = await findComment(hub, number, comment.marker)
  if (!ours) {
    await client.ask(`POST ${path}/${number}/comments`, CommentResource, ({ rest }) =>
      rest.issues.createComment({ owner, repo, issue_number: number, body }),
    )
  } else if (ours.body !== body) {
    await client.ask(`PATCH ${path}/comments/${ours.id}`, CommentResource, ({ rest }) =>
      rest.issues.updateComment({ owner, repo, comment_id: ours.id, body }),
    )
  }
}

/** Our own comment with a marker; undefined where there is none. @throws KedgeError E_FORGE_* */
export async function findComment(hub: GitHubRepository, number: number, marker: string): Promise<CommentResource | undefined> {
  const { owner, name: repo } = hub.repository
  const existing = await hub.client.list(
    `GET /repos/${owner}/${repo}/issues/${number}/comments`,
    z.array(CommentResource),
    ({ rest }, page) => rest.issues.listComments({ owner, repo, issue_number: number, ...page }),
  )
  const marked = existing.filter((candidate) => candidate.body?.includes(marker))
  const login = marked.length > 0 ? await hub.login() : undefined
  return marked.find((candidate) => isOurs(candidate, login))
}

/** A forge that does not tell who we are has given us the token of an App, whose account is a bot. */
function isOurs({ user }: CommentResource, login: string | undefined): boolean {
  if (!user) return false
  return login === undefined ? isBot(user) : user.login === login
}
