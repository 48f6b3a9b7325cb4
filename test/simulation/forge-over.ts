import { chmod, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { MemoryForgesOptions } from '../../src/adapters/forges/memory/forge.ts'
import type { Content, Origin } from '../contract/git/origin.ts'
import { createRemoteAt } from '../histories/git/remote-at.ts'

/** What a forge that only remembers has to be told of a repository, and how it commits there: under a name of its own. */
export function forgeOver(origin: Origin): Required<Pick<MemoryForgesOptions, 'headOf' | 'commit'>> {
  const remote = createRemoteAt(origin.dir)
  return {
    headOf: async (_, branch) => remote.branch(branch),
    async commit(_, { branch, parent, message, author, files }) {
      if (remote.branch(branch)) return undefined
      const changes = files.map(({ path, after }): [string, Content] => [
        path,
        after ? { mode: after.mode, text: Buffer.from(after.content).toString('base64'), encoding: 'base64' } : null,
      ])
      const by = author ? `${author.name} <${author.email}>` : 'Forge <forge@git.example>'
      return origin.commit(Object.fromEntries(changes), { branch, parents: [parent], message, author: by })
    },
  }
}

/** What GitHub prints where a ruleset wants signatures that it can verify. */
export const GH013 = [
  'error: GH013: Repository rule violations found for refs/heads/kedge/revert/x.',
  'Review all repository rules at https://git.example/shop/gitops/rules?ref=refs%2Fheads%2Fkedge',
  '',
  '- Commits must have verified signatures.',
  '  Found 1 violation:',
]

/** From now on every push is refused, with these words. What the forge commits itself is no push. */
export async function refusePushes(origin: Pick<Origin, 'dir'>, lines: readonly string[]): Promise<void> {
  const hook = join(origin.dir, 'hooks', 'pre-receive')
  const text = lines.map((line) => `printf '%s\\n' '${line.replaceAll("'", `'\\''`)}' >&2`).join('\n')
  await writeFile(hook, `#!/bin/sh\n${text}\nexit 1\n`)
  await chmod(hook, 0o755)
}
