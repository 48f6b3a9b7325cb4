import { Note, type GitLabProject } from './resources.ts'
import { fitBody } from './text.ts'

/**
 * Writes the comment that carries `marker`, or brings it up to date. Only comments of Kedge's own account count: a person may have quoted
 * or planted the marker.
 *
 * @throws KedgeError E_FORGE_*
 */
export async function upsertComment(project: GitLabProject, number: number, comment: { marker: string; text: string }): Promise<void> {
  const path = notesOf(project, number)
  const body = fitBody(comment.text.includes(comment.marker) ? comment.text : `${comment.text}\n\n${comment.marker}`)
  const ours = await findComment(project, number, comment.marker)
  if (!ours) await project.client.ask({ method: 'POST', path, body: { body } }, Note)
  else if (ours.body !== body) await project.client.ask({ method: 'PUT', path: `${path}/${ours.id}`, body: { body } }, Note)
}

/** Our own comment with a marker; undefined where there is none. @throws KedgeError E_FORGE_* */
export async function findComment(project: GitLabProject, number: number, marker: string): Promise<Note | undefined> {
  const notes = await project.client.list({ path: notesOf(project, number), query: { sort: 'asc', order_by: 'created_at' } }, Note)
  const marked = notes.filter((note) => note.system !== true && note.body.includes(marker))
  if (marked.length === 0) return undefined
  const me = await project.me()
  return marked.find(({ author }) => author?.id === me.id)
}

function notesOf({ path }: GitLabProject, number: number): string {
  return `${path}/merge_requests/${number}/notes`
}
