import { looksSecret } from '../../config/faults.ts'
import { offered, ownerOf } from '../../config/first-config.ts'
import { isChannelName, isRepositoryPattern } from '../../domain/policy/allow.ts'
import { MODES } from '../../domain/policy/annotations.ts'

/** What was said so far, by question. Empty: none. */
export type Answers = Readonly<Record<QuestionId, string>>

export type QuestionId =
  | 'forge'
  | 'forgeUrl'
  | 'signIn'
  | 'repositories'
  | 'channelType'
  | 'channelUrl'
  | 'channel'
  | 'mode'
  | 'namespaces'
  | 'argocdNamespace'
  | 'argocdUrl'
  | 'argocdApi'
  | 'publicUrl'
  | 'webhookHost'
  | 'image'
  | 'installNamespace'

/** One thing that `kedge init` has to know. Every answer is a text, as it is typed; the flag takes the same. */
export interface Question {
  id: QuestionId
  /** Long flag, with what its value is called. */
  flag: string
  /** For the help, and for the person at the terminal. */
  asks: string
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
    flag: '--forge <type>',
    asks: 'Where are the repositories? Without a forge, Git is not looked into',
    choices: [...forges.map(({ id }) => id), NONE],
    usual: () => NONE,
  },
  {
    id: 'forgeUrl',
    flag: '--forge-url <url>',
    asks: 'Address of its pages',
    applies: (answers) => stepsOfForge(answers) !== undefined,
    usual: (answers) => stepsOfForge(answers)?.usualUrl ?? '',
    fault: notAnAddress,
    missing: ({ forge }) => `a ${forge} has no usual address`,
  },
  {
    id: 'signIn',
    flag: '--sign-in <how>',
    asks: 'How does Kedge sign in there?',
    applies: (answers) => stepsOfForge(answers)?.signsIn !== undefined,
    usual: (answers) => stepsOfForge(answers)?.signsIn?.[0] ?? '',
    choices: [...new Set(forges.flatMap(({ firstSteps }) => firstSteps.signsIn ?? []))],
  },
  {
    id: 'repositories',
    flag: '--repository <patterns>',
    asks: 'Repositories that Kedge may read and open PRs in, such as https://github.com/acme/gitops; several with commas',
    applies: (answers) => stepsOfForge(answers) !== undefined,
    fault: (text, answers) => firstOf(listOf(text).map((pattern) => notARepository(pattern, answers))),
    missing: () => 'credentials go to no repository that is not named',
  },
  {
    id: 'channelType',
    flag: '--channel-type <type>',
    asks: 'Where are people told?',
    choices: [...channels.map(({ id }) => id), NONE],
    usual: () => NONE,
  },
  {
    id: 'channelUrl',
    flag: '--channel-url <url>',
    asks: 'Where are the events sent?',
    applies: (answers) => stepsOfChannel(answers)?.needsNoUrl === undefined && stepsOfChannel(answers) !== undefined,
    fault: notAnAddress,
    missing: () => 'events have to go somewhere',
  },
  {
    id: 'channel',
    flag: '--channel <name>',
    asks: 'Which channel, such as #releases?',
    applies: ({ channelType }) => channels.some((one) => one.id === channelType && !('hasOnePlace' in one)),
    fault: (text) => (isChannelName(text) ? undefined : 'is no name of a channel, such as #releases'),
    missing: () => 'without a channel nobody is told',
  },
  {
    id: 'mode',
    flag: '--mode <mode>',
    asks: 'What may it do? observe: look and record; notify: also tell people; pr: also open revert PRs',
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
    flag: '--namespaces <names>',
    asks: 'Only these namespaces with Rollouts, with commas; nothing for all',
    fault: (text) => firstOf(listOf(text).map(notAName)),
  },
  { id: 'argocdNamespace', flag: '--argocd-namespace <name>', asks: 'Namespace of Argo CD', usual: () => 'argocd', fault: notAName },
  { id: 'argocdUrl', flag: '--argocd-url <url>', asks: "Address of Argo CD's page, for links; nothing for none", fault: notAnAddress },
  {
    id: 'argocdApi',
    flag: '--argocd-api <url>',
    asks: 'Address at which Argo CD renders Helm and Kustomize for Kedge, such as https://argocd-server.argocd.svc; nothing for none',
    fault: (text) => notAnAddress(text) ?? (text.startsWith('https:') ? undefined : 'must be https: the token would travel in clear'),
  },
  { id: 'publicUrl', flag: '--public-url <url>', asks: "Address of Kedge's own pages for people; nothing for none", fault: notAnAddress },
  {
    id: 'webhookHost',
    flag: '--webhook-host <name>',
    asks: 'Host name at which the forge reaches the webhooks; nothing for none',
    fault: (text) => (HOST.test(text) ? undefined : 'is no host name in small letters without a port, such as kedge-webhooks.acme.example'),
  },
  {
    id: 'image',
    flag: '--image <name>',
    asks: 'Image that you have built, such as registry.acme.example/kedge:0.1.0',
    fault: (text) => (IMAGE.test(text) ? undefined : 'is no image with a tag or none, such as registry.acme.example/kedge:0.1.0'),
  },
  {
    id: 'installNamespace',
    flag: '--install-namespace <name>',
    asks: 'Namespace of Kedge itself',
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
  const url = URL.canParse(text) ? new URL(text) : undefined
  if (!url || !/^https?:$/.test(url.protocol)) return 'is no http(s) address'
  if (url.username !== '' || url.password !== '' || url.search !== '' || url.hash !== '')
    return 'must be an address alone, without user, query and fragment'
  return /^[\x21-\x7e]+$/.test(text) && !/["'`\\$<>{}|^]/.test(text) ? undefined : 'must be an address in plain letters'
}

function notARepository(pattern: string, { forgeUrl }: Answers): string | undefined {
  if (!isRepositoryPattern(pattern)) return 'must be host and path, such as https://github.com/acme/gitops'
  const host = new URL(forgeUrl).host
  const own = /^(?:[a-z]+:\/\/)?(?:[^/@]+@)?([^/]+)/i.exec(pattern)?.[1]?.toLowerCase()
  if (own !== host) return `must be on ${host}, where the forge is`
  return ownerOf([pattern]) === undefined && !/\/[^/]*\*/.test(pattern) ? 'must name an owner' : undefined
}
