import { globSync, readFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import { registry } from '../../src/registry.ts'

// A vendor is a folder and a line in the registry. Whoever adds one changes nothing else, and so nothing else knows one by name.

const SRC = new URL('../../src/', import.meta.url).pathname
const OWN_ROOMS = /^(?:adapters\/(?:forges|channels|ledgers\/(?:sqlite|postgres))|simulator|demo)\/|^cli\/commands\/demo\.ts$/

/** Why a file outside of a vendor's own folder says its name. */
const SAID_ELSEWHERE: Readonly<Record<string, string>> = {
  'registry.ts': 'the one line of each',
  'config/old-keys.ts': 'names of keys in 0.1.0',
  'domain/policy/annotations.ts': 'the name of an annotation in 0.1.0',

  'cli/argocd/notifications.ts': 'a service of the notifications of Argo Rollouts and of Argo CD',
  'cli/commands/ledger/place.ts': 'a file that was named is read without a configuration',
  'adapters/git/rejection.ts': 'where the words of hooks and rulesets are described',
  'domain/words/secrets.ts': 'what secrets look like, whoever gave them out',
  'domain/application/repo-url.ts': 'a host that ignores case, where no forge is configured either',
  'domain/application/migrations.ts': 'where tools of other projects keep a database’s migrations',
  'domain/application/directory-glob.ts': 'where a package of another project comes from',
  'reconcile/inputs/kustomize.ts': 'an address that Kustomize itself reads',
}

/** Words of every day, in place of which a vendor is known by its name. */
const EVERYDAY: Readonly<Record<string, string>> = { teams: 'Microsoft Teams', webhook: 'CloudEvents' }

test('a vendor is named in its own folder and in the registry only', () => {
  const ids = [...registry.forges, ...registry.channels, ...registry.ledgers].map(({ id }) => EVERYDAY[id] ?? id)
  const naming = globSync('**/*.{ts,js,css}', { cwd: SRC }).filter(
    (file) => !OWN_ROOMS.test(file) && new RegExp(ids.join('|'), 'i').test(readFileSync(`${SRC}${file}`, 'utf8')),
  )
  expect(naming.toSorted()).toEqual(Object.keys(SAID_ELSEWHERE).toSorted())
})
