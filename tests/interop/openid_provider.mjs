// An OpenID Connect issuer as its project publishes it, on a free port of this machine. It says its address, reads
// a line of JSON with what it is to do, and signs in whoever presses the button with their name.
import { generateKeyPairSync } from 'node:crypto';
import { createServer } from 'node:http';
import { createInterface } from 'node:readline';
import { Provider } from 'oidc-provider';

const say = (event, rest) => process.stdout.write(`${JSON.stringify({ event, ...rest })}\n`);
console.info = console.warn = () => {}; // its notices for those who configure a real one

let answer;
const waiting = [];
const server = createServer((request, response) => {
  if (answer) answer(request, response);
  else waiting.push([request, response]);
});
await new Promise((resolve) => server.listen(0, '127.0.0.1', resolve));
const url = `http://127.0.0.1:${server.address().port}`;
say('listening', { url });

const line = await new Promise((resolve) => createInterface(process.stdin).once('line', resolve));
// resource: the audience of access tokens; people: names by subject; lifetime: seconds of an access token;
// renews: whether there are refresh tokens; portals: their addresses.
const { resource, people, lifetime, renews, portals } = JSON.parse(line);
const key = { ...generateKeyPairSync('ec', { namedCurve: 'P-256' }).privateKey.export({ format: 'jwk' }), kid: 'one', use: 'sig', alg: 'ES256' };

const provider = new Provider(url, {
  jwks: { keys: [key] },
  cookies: { keys: ['of a test'] },
  clients: [{
    client_id: 'portals',
    token_endpoint_auth_method: 'none',
    id_token_signed_response_alg: 'ES256',
    grant_types: renews ? ['authorization_code', 'refresh_token'] : ['authorization_code'],
    response_types: ['code'],
    redirect_uris: portals.map((portal) => `${portal}/sign-in/callback`),
    post_logout_redirect_uris: portals.map((portal) => `${portal}/`),
  }],
  claims: { openid: ['sub'], profile: ['name'] },
  conformIdTokenClaims: false,
  scopes: ['openid'],
  pkce: { required: () => true },
  findAccount: (_, id) => ({ accountId: id, claims: () => ({ sub: id, name: people[id] }) }),
  interactions: { url: (_, { uid }) => `/interaction/${uid}` },
  loadExistingGrant: async (ctx) => {
    const { client, session } = ctx.oidc;
    const grant = new provider.Grant({ clientId: client.clientId, accountId: session.accountId });
    grant.addOIDCScope('openid profile');
    grant.addOIDCClaims(['sub', 'name']);
    await grant.save();
    return grant;
  },
  issueRefreshToken: (_, client) => client.grantTypeAllowed('refresh_token'),
  clientBasedCORS: (_, origin) => portals.some((portal) => new URL(portal).origin === origin),
  ttl: { AccessToken: lifetime, IdToken: 600, Session: 600, Interaction: 600, Grant: 600, RefreshToken: 600 },
  features: {
    devInteractions: { enabled: false },
    resourceIndicators: {
      enabled: true,
      useGrantedResource: () => true,
      getResourceServerInfo: () => ({
        scope: '',
        audience: resource,
        accessTokenFormat: 'jwt',
        accessTokenTTL: lifetime,
        jwt: { sign: { alg: 'ES256' } },
      }),
    },
    rpInitiatedLogout: {
      enabled: true,
      logoutSource: (ctx, form) => {
        ctx.body = page('Sign out', `${form}<button form="op.logoutForm" name="logout" value="yes">Sign out everywhere</button>`);
      },
      postLogoutSuccessSource: (ctx) => {
        ctx.body = page('Signed out', '');
      },
    },
  },
  renderError: (ctx, out) => {
    ctx.type = 'html';
    ctx.body = page('Error', `<pre>${JSON.stringify(out)}</pre>`);
  },
});

const page = (title, body) =>
  `<!doctype html><html lang="en"><title>${title}</title><link rel="icon" href="data:,"><h1>${title}</h1>${body}</html>`;

async function interaction(request, response) {
  const { params } = await provider.interactionDetails(request, response);
  if (request.method === 'GET') {
    const buttons = Object.entries(people).map(([id, name]) => `<button name="as" value="${id}">${name}</button>`);
    response.setHeader('content-type', 'text/html; charset=utf-8');
    response.end(page(`ui_locales ${params.ui_locales}`, `<form method="post">${buttons.join('')}<button name="no">Cancel</button></form>`));
    return;
  }
  let body = '';
  for await (const piece of request) body += piece;
  const as = new URLSearchParams(body).get('as');
  const result = as ? { login: { accountId: as } } : { error: 'access_denied', error_description: 'Somebody said <b>no</b>' };
  await provider.interactionFinished(request, response, result);
}

const others = provider.callback();
answer = (request, response) => {
  if (!request.url.startsWith('/interaction/')) return others(request, response);
  return interaction(request, response).catch((error) => {
    response.statusCode = 500;
    response.end(String(error));
  });
};
waiting.forEach((one) => answer(...one));
say('ready', {});
