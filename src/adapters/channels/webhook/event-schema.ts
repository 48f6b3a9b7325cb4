import { z } from 'zod'

// What docs/events.schema.json is made from. It describes what is sent: whoever reads it must not refuse what is added later.

const line = z.string().max(400)
const lines = z.array(line).max(20)
const address = z.url({ protocol: /^https?$/ }).max(400)
const maybeLine = line.nullable()

/** Versions of CDEvents 0.4.1. */
export const CDEVENTS_VERSION = '0.4.1'

/** What the CDEvents vocabulary has a word for. */
export const SERVICE_TYPES = {
  rolledback: 'dev.cdevents.service.rolledback.0.2.0',
  upgraded: 'dev.cdevents.service.upgraded.0.2.0',
  deployed: 'dev.cdevents.service.deployed.0.2.0',
} as const

/** What it has none for, by its rule for words of one's own. */
export type OwnWord = 'failed' | 'waiting' | 'retried' | 'resumed' | 'restored' | 'superseded' | 'gone' | 'updated' | 'promoted'
const OWN_WORDS: Readonly<Record<OwnWord, true>> = {
  failed: true,
  waiting: true,
  retried: true,
  resumed: true,
  restored: true,
  superseded: true,
  gone: true,
  updated: true,
  promoted: true,
}

/** A type of our own. */
export const ownType = (word: OwnWord): string => `dev.cdeventsx.kedge-release.${word}.0.1.0`

const type = z.enum([...Object.values(SERVICE_TYPES), ...(Object.keys(OWN_WORDS) as OwnWord[]).map(ownType)])

const release = z
  .object({
    key: line.describe('The same in every event of one release.'),
    state: z.enum(['rolling', 'waiting', 'failed', 'restored', 'superseded', 'promoted', 'gone']),
    serving: line.describe('Who serves, as docs/glossary.md has it.'),
    cause: maybeLine,
    cluster: line,
    namespace: line,
    rollout: line,
    podTemplateHash: maybeLine,
    images: lines.describe('Of the version that was released.'),
    imagesBefore: lines.describe('Of the version before; empty where there is none.'),
    revision: maybeLine.describe('Commit of the version that was released.'),
    revisionBefore: maybeLine,
    repository: maybeLine,
    pullRequest: z.object({ number: z.number(), url: address }).nullable().describe('The revert pull request.'),
    attempt: z.int().min(0).describe('How often it has failed.'),
  })
  .describe('The release. Absent where an event is of several.')

const words = z
  .object({
    todo: line.optional().describe('What a person has to do.'),
    title: line,
    outcome: z.string().max(2_000).describe('What Kedge did or did not do, and why.'),
    evidence: lines,
    links: z.array(z.object({ text: line, url: address })).max(10),
  })
  .describe('What people are told, as plain text that is not escaped for any markup.')

const cdevent = z.object({
  context: z.object({
    version: z.literal(CDEVENTS_VERSION),
    id: line,
    source: line,
    type,
    timestamp: z.iso.datetime(),
  }),
  subject: z.object({
    id: line,
    source: line,
    type: z.enum(['service', 'kedge-release']),
    content: z.object({
      environment: z.object({ id: line }).optional().describe('`CLUSTER/NAMESPACE`.'),
      artifactId: z.string().min(1).max(2_000).optional().describe('Package URL of the image that serves. Of a service alone.'),
    }),
  }),
  customData: z.object({ release: release.optional(), words }),
  customDataContentType: z.literal('application/json'),
})

/** One event: a CloudEvent in structured JSON whose data is a CDEvent. */
export const event = z
  .object({
    specversion: z.literal('1.0'),
    id: line.describe('The same on every try. What came once under an id can be left out when it comes again.'),
    source: line,
    type,
    subject: line,
    time: z.iso.datetime(),
    datacontenttype: z.literal('application/json'),
    data: cdevent,
  })
  .describe('An event of Kedge')

export type KedgeEvent = z.output<typeof event>
