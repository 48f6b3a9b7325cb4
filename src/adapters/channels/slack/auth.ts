/** How Kedge signs in to Slack. `signingSecret`: of the app, where people answer cards. */
export type SlackAuth = { type: 'token'; token: string; signingSecret?: string } | { type: 'webhook'; url: string }
