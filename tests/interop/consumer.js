// A program that gets tokens with jsforce and asks a question with each; what goes wrong ends it as Node.js ends programs.
const crypto = require('node:crypto');
const fs = require('node:fs');

const wanted = JSON.parse(process.env.CONSUMER);
const jsforce = require(wanted.jsforce);

const encoded = (part) => Buffer.from(JSON.stringify(part)).toString('base64url');

function assertion() {
  const seconds = Math.floor(Date.now() / 1000);
  const claims = { iss: wanted.consumer_key, sub: wanted.username, aud: wanted.audience, exp: seconds + 180 };
  const signed = `${encoded({ alg: 'RS256', typ: 'JWT' })}.${encoded(claims)}`;
  const signature = crypto.sign('RSA-SHA256', Buffer.from(signed), fs.readFileSync(wanted.key_file));
  return `${signed}.${signature.toString('base64url')}`;
}

async function act(grant, oauth2) {
  const token = await new jsforce.OAuth2({ loginUrl: wanted.base_url, ...oauth2 }).requestToken(grant);
  const version = wanted.api_version;
  const connection = new jsforce.Connection({ instanceUrl: wanted.base_url, accessToken: token.access_token, version });
  await connection.query('SELECT Id FROM Account');
}

async function main() {
  if (wanted.key_file) {
    await act({ grant_type: 'urn:ietf:params:oauth:grant-type:jwt-bearer', assertion: assertion() }, {});
  }
  if (wanted.consumer_secret) {
    const { consumer_key: clientId, consumer_secret: clientSecret } = wanted;
    await act({ grant_type: 'client_credentials' }, { clientId, clientSecret });
  }
}

main();
