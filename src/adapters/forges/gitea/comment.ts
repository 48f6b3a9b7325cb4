import { z } from 'zod'
import type { GiteaRepository } from './repository.ts'
import { CommentResource } from './resources.ts'
import { fitBody } from './text.ts'

/**
 * Writes the comment that carries `marker`, or brings it up to date. Only comments of Kedge's own account count: with write access Gitea
 * lets us edit anybody's, and a person may have quoted or planted the marker.
 *
 * @throws KedgeError E_FORGE_*
 */
export async function upsertComment(at: GiteaRepository, number: number, comment: { marker: string; text: string }): Promise<void> {
  const body = fitBody(comment.text.includes(comment.marker) ? comment.text : `${comment.text}\n\n${comment.marker}`)
  const ours = await findComment(at, number, comment.marker)
  if (!ours) {
    await at.client.ask({ method: 'POST', path: `${at.path}/issues/${number}/comments`, body: { body } }, CommentResource)
  } else if (ours.body !== body) {
    await at.client.ask({ method: 'PATCH', path: `${at.path}/issues/comments/${ours.id}`, body: { body } }, CommentResource)
  }
}

/** Our own comment with a marker; undefined where there is none. @throws KedgeError E_FORGE_* */
export async function findComment(at: GiteaRepository, number: number, marker: string): Promise<CommentResource | undefined> {
  // This list comes whole, whatever page is asked for.
  const comments = await at.client.ask({ method: 'GET', path: `${at.path}/issues/${number}/comments` }, z.array(CommentResource).nullable())
  const marked = (comments ?? []).filter(({ body }) => body?.includes(marker))
  const login = marked.length > 0 ? await at.login() : undefined
  return marked.find(({ user }) => user?.login === login)
}
