// Follows the changes with the official client, and says each thing that happens as a line of JSON.
// Arguments: address, what the Authorization header would have, and "patient" to retry as the client does by
// itself, and to wait for a line of input before following.
import { createClient } from 'graphql-ws';
import WebSocket from 'ws';

const [url, authorization, patient] = process.argv.slice(2);
const say = (event, rest) => console.log(JSON.stringify({ event, ...rest }));

const client = createClient({
  url,
  webSocketImpl: WebSocket,
  connectionParams: { authorization },
  ...(!patient && {
    retryAttempts: Infinity,
    retryWait: () => new Promise((resolve) => setTimeout(resolve, 100)),
    shouldRetry: () => true, // a refused connection is an error of `ws`, not a close
  }),
  lazyCloseTimeout: 10_000,
  on: {
    connected: (socket, payload, again) => say('connected', { again }),
    closed: ({ code, reason }) => say('closed', { code, reason }),
  },
});

const ask = (query) =>
  new Promise((resolve, reject) => {
    const results = [];
    client.subscribe({ query }, {
      next: (result) => results.push(result),
      error: reject,
      complete: () => resolve(results),
    });
  });

const [{ data }] = await ask('{ viewer { roles } changeCursor }');
say('viewer', { roles: data.viewer.roles });

await ask('{ nothing }').catch((errors) => say('error', { code: errors[0].extensions.code }));

// The client sends the same object again when it reconnects: with the last cursor in it, it resumes.
const variables = { after: data.changeCursor };
const query = `subscription ($after: String) {
  changes(after: $after, types: [PROJECT]) { id cursor kind entityId node { ... on Project { title(language: EN) } } }
}`;
if (patient) {
  say('waiting', {});
  await new Promise((resolve) => process.stdin.once('data', resolve));
  process.stdin.pause();
}
let stop = () => {};
const following = new Promise((resolve, reject) => {
  stop = client.subscribe({ query, variables }, {
    next: ({ data: { changes } }) => {
      variables.after = changes.cursor;
      say('change', changes);
      if (changes.node.title === 'stop') stop();
    },
    error: reject,
    complete: resolve,
  });
});
say('following', {});
await following;
say('completed', {});
say('alive', { typename: (await ask('{ __typename }'))[0].data.__typename });
await client.dispose();
