import { looksSecret } from '../../config/faults.ts'
import { offered, ownerOf } from '../../config/first-config.ts'
import { isChannelName, isRepositoryPattern } from '../../domain/policy/allow.ts'
import { MODES } from '../../domain/policy/annotations.ts'
import { namesUser, webAddress } from '../../domain/words/web-address.ts'
import type { Answers, QuestionId } from './flags.ts'

/** One thing that `kedge init` has to know. Every answer is a text, as it is typed; the flag of FLAGS takes the same. */
export interface Question {
  id: QuestionId
  /** Whether it means anything, by what was said before. A flag that means nothing is refused. */
  applies?: (answers: Answers) => boolean
  /** What holds where nothing is said. */
  usual?: (answers: Answers) => string
  choices?: readonly string[]
  /** What is wrong with an answer that is not empty; undefined where nothing is. */
  fault?: (text: string, answers: Answers) => string | undefined
  /** Why it cannot be left out; undefined where it can. */
  missing?: (answers: Answers) => string | undefined
}

const forges = offered('forges')
const channels = offered('channels')
const NONE = 'none'

const stepsOfForge = ({ forge }: Answers) => forges.find(({ id }) => id === forge)?.firstSteps
const stepsOfChannel = ({ channelType }: Answers) => channels.find(({ id }) => id === channelType)?.firstSteps

/** Every question, in the order in which it is asked: each may depend on those before it. */
export const QUESTIONS: readonly Question[] = [
  {
    id: 'forge',
    choices: [...forges.map(({ id }) => id), NONE],
    usual: () => NONE,
  },
  {
    id: 'forgeUrl',
    applies: (answers) => stepsOfForge(answers) !== undefined,
    usual: (answers) => stepsOfForge(answers)?.usualUrl ?? '',
    fault: notAnAddress,
    missing: ({ forge }) => `a ${forge} has no usual address`,
  },
  {
    id: 'signIn',
    applies: (answers) => stepsOfForge(answers)?.signsIn !== undefined,
    usual: (answers) => stepsOfForge(answers)?.signsIn?.[0] ?? '',
    choices: [...new Set(forges.flatMap(({ firstSteps }) => firstSteps.signsIn ?? []))],
  },
  {
    id: 'repositories',
    applies: (answers) => stepsOfForge(answers) !== undefined,
    fault: (text, answers) => firstOf(listOf(text).map((pattern) => notARepository(pattern, answers))),
    missing: () => 'credentials go to no repository that is not named',
  },
  {
    id: 'channelType',
    choices: [...channels.map(({ id }) => id), NONE],
    usual: () => NONE,
  },
  {
    id: 'channelUrl',
    applies: (answers) => stepsOfChannel(answers)?.needsNoUrl === undefined && stepsOfChannel(answers) !== undefined,
    fault: notAnAddress,
    missing: () => 'events have to go somewhere',
  },
  {
    id: 'channel',
    applies: ({ channelType }) => channels.some((one) => one.id === channelType && !('hasOnePlace' in one)),
    fault: (text) => (isChannelName(text) ? undefined : 'is no name of a channel, such as #releases'),
    missing: () => 'without a channel nobody is told',
  },
  {
    id: 'mode',
    choices: MODES,
    usual: () => 'observe',
    fault: (mode, { forge, channelType }) =>
      firstOf([
        mode === 'pr' && forge === NONE ? 'needs --forge and --repository: where else are PRs to be opened' : undefined,
        mode !== 'observe' && channelType === NONE ? 'needs --channel-type: nobody would be told' : undefined,
      ]),
  },
  {
    id: 'namespaces',
    fault: (text) => firstOf(listOf(text).map(notAName)),
  },
  { id: 'argocdNamespace', usual: () => 'argocd', fault: notAName },
  { id: 'argocdUrl', fault: notAnAddress },
  {
    id: 'argocdApi',
    fault: (text) =>
      notAnAddress(text) ?? (webAddress(text)?.protocol === 'https:' ? undefined : 'must be https: the token would travel in clear'),
  },
  { id: 'publicUrl', fault: notAnAddress },
  {
    id: 'webhookHost',
    fault: (text) => (HOST.test(text) ? undefined : 'is no host name in small letters without a port, such as kedge-webhooks.acme.example'),
  },
  {
    id: 'image',
    fault: (text) => (IMAGE.test(text) ? undefined : 'is no image with a tag or none, such as registry.acme.example/kedge:0.1.0'),
  },
  {
    id: 'installNamespace',
    usual: () => 'kedge',
    fault: notANamespace,
  },
]

/** Of an Ingress, which takes no other ones. */
const HOST = /^(?=.{1,253}$)(?:[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?$/
const IMAGE =
  /^(?=.{1,255}$)(?:[a-z0-9](?:[a-z0-9.-]*[a-z0-9])?(?::\d{1,5})?\/)?[a-z0-9]+(?:(?:[._]|__|-+|\/)[a-z0-9]+)*(?::\w[\w.-]{0,127})?$/
const NAME = /^[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?$/
const MAX_ANSWER = 2_048

/** A list as it is typed: with commas. */
export function listOf(text: string): readonly string[] {
  return text
    .split(',')
    .map((part) => part.trim())
    .filter((part) => part !== '')
}

/**
 * What is wrong with the answer to a question, as a clause that says nothing of the answer; undefined where it can be used. What looks like
 * a secret, or is no line of text, is refused whatever the question.
 */
export function faultOf(question: Question, text: string, answers: Answers): string | undefined {
  if (text.length > MAX_ANSWER || /[\p{C}\p{Zl}\p{Zp}]/u.test(text)) return 'must be one short line of text'
  if (looksSecret(text)) return 'looks like a secret, and none is asked for: secrets stay in files and Secrets that you make'
  if (question.applies && !question.applies(answers)) return text === '' ? undefined : 'means nothing beside the other answers'
  if (text === '') return question.missing?.(answers) && `is needed: ${question.missing(answers)}`
  if (question.choices && !question.choices.includes(text)) return `is one of ${question.choices.join(', ')}`
  return question.fault?.(text, answers)
}

function firstOf(faults: readonly (string | undefined)[]): string | undefined {
  return faults.find((fault) => fault !== undefined)
}

function notAName(text: string): string | undefined {
  return NAME.test(text) ? undefined : 'is no name of a namespace'
}

function notANamespace(text: string): string | undefined {
  return notAName(text) ?? (text === 'default' || text.startsWith('kube-') ? 'is for others: give Kedge a namespace of its own' : undefined)
}

function notAnAddress(text: string): string | undefined {
  const url = webAddress(text)
  if (namesUser(text) || (url && (url.search !== '' || url.hash !== '')))
    return 'must be an address alone, without user, query and fragment'
  if (!url) return 'is no http(s) address'
  return /^[\x21-\x7e]+$/.test(text) && !/["'`\\$<>{}|^]/.test(text) ? undefined : 'must be an address in plain letters'
}

function notARepository(pattern: string, { forgeUrl }: Answers): string | undefined {
  if (!isRepositoryPattern(pattern)) return 'must be host and path, such as https://git.example/acme/gitops'
  const host = new URL(forgeUrl).host
  const own = /^(?:[a-z]+:\/\/)?(?:[^/@]+@)?([^/]+)/i.exec(pattern)?.[1]?.toLowerCase()
  if (own !== host) return `must be on ${host}, where the forge is`
  return ownerOf([pattern]) === undefined && !/\/[^/]*\*/.test(pattern) ? 'must name an owner' : undefined
}
