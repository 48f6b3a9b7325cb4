import type { Forge, Repository } from './forge.ts'

/** The `push` event of a branch that was created (`from` absent), moved or deleted (`to` absent). */
export async function pushEvent(
  forge: Forge,
  repository: Repository,
  move: { name: string; by: string; from?: string; to?: string },
): Promise<unknown> {
  const zero = '0'.repeat(40)
  const shas = move.from !== undefined && move.to !== undefined ? await repository.git.listCommits(`${move.from}..${move.to}`) : []
  const commits = await Promise.all(
    shas.map(async (sha) => {
      const { message, author, parents } = await repository.git.show(sha)
      const files = parents[0] === undefined ? [] : await repository.git.changedFiles(parents[0], sha)
      const having = (letter: string): string[] => files.filter((file) => file.status === letter).map((file) => file.path)
      return {
        id: sha,
        message: message.trimEnd(),
        author: { name: author.name, email: author.email },
        added: having('A'),
        modified: having('M'),
        removed: having('D'),
      }
    }),
  )
  const fullName = `${repository.owner}/${repository.name}`
  return {
    ref: `refs/heads/${move.name}`,
    before: move.from ?? zero,
    after: move.to ?? zero,
    created: move.from === undefined,
    deleted: move.to === undefined,
    commits,
    pusher: { name: move.by },
    sender: { login: move.by },
    repository: {
      name: repository.name,
      full_name: fullName,
      clone_url: `${forge.url}/${fullName}.git`,
      html_url: `${forge.url}/${fullName}`,
    },
  }
}
