-- Search reads words: letters and digits, folded by rules of its own. What stands between them is a space to
-- PostgreSQL's parser, which so sees no address, host, file, sign or version, and no character that the
-- database's locale could judge. docs/search.md has the promise; the lists follow Unicode 14.

-- Accents and points, which do not count (vowel signs of Indic scripts are part of a word).
create function puente_accents() returns text language sql immutable parallel safe
    return '['
        '\u0300-\u036f\u0483-\u0489\u0591-\u05bd\u05bf\u05c1-\u05c2\u05c4-\u05c5\u05c7\u0610-\u061a'
        '\u064b-\u065f\u0670\u06d6-\u06dc\u06df-\u06e4\u06e7-\u06e8\u06ea-\u06ed\u1715\u1734\u1ab0-\u1aff'
        '\u1bf2-\u1bf3\u1ce1\u1cf7\u1dc0-\u1dff\u20d0-\u20ff\u302e-\u302f\u3099-\u309a\ua9c0\uabec'
        '\ufe00-\ufe0f\ufe20-\ufe2f\U000111c0\U00011235\U0001134d\U000116b6\U0001193d\U0001d165-\U0001d166'
        '\U0001d16d-\U0001d172\U000e0100-\U000e01ef'
        ']';

-- What is neither letter, digit nor mark. Control character 1 is puente_query's quotation mark.
create function puente_separators() returns text language sql immutable parallel safe
    return '[\u0002-\u002f\u003a-\u0060\u007b-\u007f'
        '\u0080-\u00bf\u00d7\u00f7\u02c2-\u02c5\u02d2-\u02eb\u02ed\u02ef-\u02ff\u0375\u03f6\u0482'
        '\u055a-\u055f\u0589-\u05c6\u05f3-\u061f\u066a-\u066d\u06d4\u06dd-\u06de\u06e9\u06fd-\u06fe'
        '\u0700-\u070f\u07f6-\u07f9\u07fe-\u07ff\u0830-\u083e\u085e\u0888\u0890-\u0891\u08e2\u0964-\u0965'
        '\u0970\u09f2-\u09fb\u09fd\u0a76\u0af0-\u0af1\u0b70\u0b72-\u0b77\u0bf0-\u0bfa\u0c77-\u0c7f\u0c84'
        '\u0d4f\u0d58-\u0d5e\u0d70-\u0d79\u0df4\u0e3f\u0e4f\u0e5a-\u0e5b\u0f01-\u0f17\u0f1a-\u0f1f'
        '\u0f2a-\u0f34\u0f36\u0f38\u0f3a-\u0f3d\u0f85\u0fbe-\u0fc5\u0fc7-\u0fda\u104a-\u104f\u109e-\u109f'
        '\u10fb\u1360-\u137c\u1390-\u1399\u1400\u166d-\u166e\u1680\u169b-\u169c\u16eb-\u16ed\u1735-\u1736'
        '\u17d4-\u17d6\u17d8-\u17db\u17f0-\u180a\u180e\u1940-\u1945\u19da-\u19ff\u1a1e-\u1a1f\u1aa0-\u1aa6'
        '\u1aa8-\u1aad\u1b5a-\u1b6a\u1b74-\u1b7e\u1bfc-\u1bff\u1c3b-\u1c3f\u1c7e-\u1c7f\u1cc0-\u1cc7\u1cd3'
        '\u200b-\u212e\u213a-\u214d\u214f\u218a-\u2bff\u2ce5-\u2cea\u2cf9-\u2cff\u2d70\u2e00-\u2e2e'
        '\u2e30-\u3004\u3008-\u3020\u3030\u3037\u303d-\u303f\u30a0\u30fb\u3190-\u3191\u31c0-\u31e3'
        '\u3248-\u327f\u4dc0-\u4dff\ua490-\ua4c6\ua4fe-\ua4ff\ua60d-\ua60f\ua673\ua67e\ua6f2-\ua716'
        '\ua720-\ua721\ua789-\ua78a\ua828-\ua82b\ua830-\ua839\ua874-\ua877\ua8ce-\ua8cf\ua8f8-\ua8fa\ua8fc'
        '\ua92e-\ua92f\ua95f\ua9c1-\ua9cd\ua9de-\ua9df\uaa5c-\uaa5f\uaa77-\uaa79\uaade-\uaadf\uaaf0-\uaaf1'
        '\uab5b\uab6a-\uab6b\uabeb\ue000-\uf8ff\ufbb2-\ufe46\ufeff-\ufffd\U00010100-\U0001013f'
        '\U00010175-\U000101fc\U000102e1-\U000102fb\U00010320-\U00010323\U0001039f\U000103d0\U0001056f'
        '\U00010857-\U0001085f\U00010877-\U0001087f\U000108a7-\U000108af\U000108fb-\U000108ff'
        '\U00010916-\U0001091f\U0001093f\U000109bc-\U000109bd\U000109c0-\U000109ff\U00010a40-\U00010a58'
        '\U00010a7d-\U00010a7f\U00010a9d-\U00010a9f\U00010ac8\U00010aeb-\U00010af6\U00010b39-\U00010b3f'
        '\U00010b58-\U00010b5f\U00010b78-\U00010b7f\U00010b99-\U00010baf\U00010cfa-\U00010cff'
        '\U00010e60-\U00010e7e\U00010ead\U00010f1d-\U00010f26\U00010f51-\U00010f59\U00010f86-\U00010f89'
        '\U00010fc5-\U00010fcb\U00011047-\U00011065\U000110bb-\U000110c1\U000110cd\U00011140-\U00011143'
        '\U00011174-\U00011175\U000111c5-\U000111c8\U000111cd\U000111db\U000111dd-\U000111f4'
        '\U00011238-\U0001123d\U000112a9\U0001144b-\U0001144f\U0001145a-\U0001145d\U000114c6'
        '\U000115c1-\U000115d7\U00011641-\U00011643\U00011660-\U0001166c\U000116b9\U0001173a-\U0001173f'
        '\U0001183b\U000118ea-\U000118f2\U00011944-\U00011946\U000119e2\U00011a3f-\U00011a46'
        '\U00011a9a-\U00011a9c\U00011a9e-\U00011aa2\U00011c41-\U00011c45\U00011c5a-\U00011c71'
        '\U00011ef7-\U00011ef8\U00011fc0-\U00011fff\U00012470-\U00012474\U00012ff1-\U00012ff2'
        '\U00013430-\U00013438\U00016a6e-\U00016a6f\U00016af5\U00016b37-\U00016b3f\U00016b44-\U00016b45'
        '\U00016b5b-\U00016b61\U00016e80-\U00016e9a\U00016fe2\U0001bc9c\U0001bc9f-\U0001bca3'
        '\U0001cf50-\U0001d15d\U0001d16a-\U0001d17a\U0001d183-\U0001d184\U0001d18c-\U0001d1a9'
        '\U0001d1ae-\U0001d241\U0001d245-\U0001d9ff\U0001da37-\U0001da3a\U0001da6d-\U0001da74'
        '\U0001da76-\U0001da83\U0001da85-\U0001da8b\U0001e14f\U0001e2ff\U0001e8c7-\U0001e8cf'
        '\U0001e95e-\U0001fbca\U000e0001-\U0010ffff'
        ']+';

-- What only shows how a word is joined, broken or directed: soft hyphens, joiners, marks of direction.
create function puente_invisible() returns text language sql immutable parallel safe
    return '['
        '\u00ad\u034f\u061c\u115f-\u1160\u17b4-\u17b5\u180b-\u180f\u200c-\u200f\u202a-\u202e\u2060-\u206f'
        '\ufeff'
        ']';

-- Letters beyond those that are ASCII with accents: in small letters, Latin ones by their nearest, and a space
-- around each that is a word by itself (Chinese characters, kana).
create function puente_small_letters(x text) returns text
    language sql immutable parallel safe strict
    return regexp_replace(
        replace(replace(replace(replace(translate(
            x,
            'ÆÐØÞðøĐđĦħıŁłŊŋŒŦŧƁƂƄƆƇƉƊƋƎƏƐƑƓƔƖƗƘƜƝƟƢƤƦƧƩƬƮƱƲƳƵƷƸƼǤǶǷȜȠȢȤȺȻȽȾɁɃɄɅɆɈɊɌɎͰͲͶͿΑΒΓΔΕΖΗΘΙΚΛΜΝΞ'
            'ΟΠΡΣΤΥΦΧΨΩςϏϘϚϜϞϠϢϤϦϨϪϬϮϷϺϽϾϿЂЄЅІЈЉЊЋЏАБВГДЕЖЗИКЛМНОПРСТУФХЦЧШЩЪЫЬЭЮЯѠѢѤѦѨѪѬѮѰѲѴѸѺѼѾҀҊҌҎҐҒ'
            'ҔҖҘҚҜҞҠҢҤҦҨҪҬҮҰҲҴҶҸҺҼҾӀӃӅӇӉӋӍӔӘӠӨӶӺӼӾԀԂԄԆԈԊԌԎԐԒԔԖԘԚԜԞԠԢԤԦԨԪԬԮԱԲԳԴԵԶԷԸԹԺԻԼԽԾԿՀՁՂՃՄՅՆՇՈՉՊՋՌՍ'
            'ՎՏՐՑՒՓՔՕՖႠႡႢႣႤႥႦႧႨႩႪႫႬႭႮႯႰႱႲႳႴႵႶႷႸႹႺႻႼႽႾႿჀჁჂჃჄჅჇჍᎠᎡᎢᎣᎤᎥᎦᎧᎨᎩᎪᎫᎬᎭᎮᎯᎰᎱᎲᎳᎴᎵᎶᎷᎸᎹᎺᎻᎼᎽᎾᎿᏀᏁᏂᏃᏄᏅᏆᏇᏈ'
            'ᏉᏊᏋᏌᏍᏎᏏᏐᏑᏒᏓᏔᏕᏖᏗᏘᏙᏚᏛᏜᏝᏞᏟᏠᏡᏢᏣᏤᏥᏦᏧᏨᏩᏪᏫᏬᏭᏮᏯᏰᏱᏲᏳᏴᏵᲐᲑᲒᲓᲔᲕᲖᲗᲘᲙᲚᲛᲜᲝᲞᲟᲠᲡᲢᲣᲤᲥᲦᲧᲨᲩᲪᲫᲬᲭᲮᲯᲰᲱᲲᲳᲴᲵᲶᲷᲸᲹᲺᲽᲾ'
            'ᲿẞỺỼỾℲↃⰀⰁⰂⰃⰄⰅⰆⰇⰈⰉⰊⰋⰌⰍⰎⰏⰐⰑⰒⰓⰔⰕⰖⰗⰘⰙⰚⰛⰜⰝⰞⰟⰠⰡⰢⰣⰤⰥⰦⰧⰨⰩⰪⰫⰬⰭⰮⰯⱠⱢⱣⱤⱧⱩⱫⱭⱮⱯⱰⱲⱵⱾⱿⲀⲂⲄⲆⲈⲊⲌⲎⲐⲒⲔⲖⲘⲚⲜⲞⲠⲢⲤⲦ'
            'ⲨⲪⲬⲮⲰⲲⲴⲶⲸⲺⲼⲾⳀⳂⳄⳆⳈⳊⳌⳎⳐⳒⳔⳖⳘⳚⳜⳞⳠⳢⳫⳭⳲꙀꙂꙄꙆꙈꙊꙌꙎꙐꙒꙔꙖꙘꙚꙜꙞꙠꙢꙤꙦꙨꙪꙬꚀꚂꚄꚆꚈꚊꚌꚎꚐꚒꚔꚖꚘꚚꜢꜤꜦꜨꜪꜬꜮꜲꜴꜶꜸꜺꜼꜾꝀꝂꝄꝆꝈꝊ'
            'ꝌꝎꝐꝒꝔꝖꝘꝚꝜꝞꝠꝢꝤꝦꝨꝪꝬꝮꝹꝻꝽꝾꞀꞂꞄꞆꞋꞍꞐꞒꞖꞘꞚꞜꞞꞠꞢꞤꞦꞨꞪꞫꞬꞭꞮꞰꞱꞲꞳꞴꞶꞸꞺꞼꞾꟀꟂꟄꟅꟆꟇꟉꟐꟖꟘꟵ𐐀𐐁𐐂𐐃𐐄𐐅𐐆𐐇𐐈𐐉𐐊𐐋𐐌𐐍𐐎𐐏𐐐𐐑𐐒𐐓𐐔𐐕𐐖𐐗'
            '𐐘𐐙𐐚𐐛𐐜𐐝𐐞𐐟𐐠𐐡𐐢𐐣𐐤𐐥𐐦𐐧𐒰𐒱𐒲𐒳𐒴𐒵𐒶𐒷𐒸𐒹𐒺𐒻𐒼𐒽𐒾𐒿𐓀𐓁𐓂𐓃𐓄𐓅𐓆𐓇𐓈𐓉𐓊𐓋𐓌𐓍𐓎𐓏𐓐𐓑𐓒𐓓𐕰𐕱𐕲𐕳𐕴𐕵𐕶𐕷𐕸𐕹𐕺𐕼𐕽𐕾𐕿𐖀𐖁𐖂𐖃𐖄𐖅𐖆𐖇𐖈𐖉𐖊𐖌𐖍𐖎𐖏𐖐𐖑𐖒𐖔𐖕𐲀𐲁𐲂'
            '𐲃𐲄𐲅𐲆𐲇𐲈𐲉𐲊𐲋𐲌𐲍𐲎𐲏𐲐𐲑𐲒𐲓𐲔𐲕𐲖𐲗𐲘𐲙𐲚𐲛𐲜𐲝𐲞𐲟𐲠𐲡𐲢𐲣𐲤𐲥𐲦𐲧𐲨𐲩𐲪𐲫𐲬𐲭𐲮𐲯𐲰𐲱𐲲𑢠𑢡𑢢𑢣𑢤𑢥𑢦𑢧𑢨𑢩𑢪𑢫𑢬𑢭𑢮𑢯𑢰𑢱𑢲𑢳𑢴𑢵𑢶𑢷𑢸𑢹𑢺𑢻𑢼𑢽𑢾𑢿𖹀𖹁𖹂𖹃𖹄𖹅𖹆𖹇𖹈𖹉'
            '𖹊𖹋𖹌𖹍𖹎𖹏𖹐𖹑𖹒𖹓𖹔𖹕𖹖𖹗𖹘𖹙𖹚𖹛𖹜𖹝𖹞𖹟𞤀𞤁𞤂𞤃𞤄𞤅𞤆𞤇𞤈𞤉𞤊𞤋𞤌𞤍𞤎𞤏𞤐𞤑𞤒𞤓𞤔𞤕𞤖𞤗𞤘𞤙𞤚𞤛𞤜𞤝𞤞𞤟𞤠𞤡',
            'ædoþdoddhhillnnœttɓƃƅɔƈɖɗƌǝəɛƒɠɣɩɨƙɯɲɵƣƥʀƨʃƭʈʊʋƴƶʒƹƽǥƕƿȝƞȣȥⱥȼƚⱦɂƀʉʌɇɉɋɍɏͱͳͷϳαβγδεζηθικλμνξ'
            'οπρστυφχψωσϗϙϛϝϟϡϣϥϧϩϫϭϯϸϻͻͼͽђєѕіјљњћџабвгдежзиклмнопрстуфхцчшщъыьэюяѡѣѥѧѩѫѭѯѱѳѵѹѻѽѿҁҋҍҏґғ'
            'ҕҗҙқҝҟҡңҥҧҩҫҭүұҳҵҷҹһҽҿӏӄӆӈӊӌӎӕәӡөӷӻӽӿԁԃԅԇԉԋԍԏԑԓԕԗԙԛԝԟԡԣԥԧԩԫԭԯաբգդեզէըթժիլխծկհձղճմյնշոչպջռս'
            'վտրցւփքօֆⴀⴁⴂⴃⴄⴅⴆⴇⴈⴉⴊⴋⴌⴍⴎⴏⴐⴑⴒⴓⴔⴕⴖⴗⴘⴙⴚⴛⴜⴝⴞⴟⴠⴡⴢⴣⴤⴥⴧⴭꭰꭱꭲꭳꭴꭵꭶꭷꭸꭹꭺꭻꭼꭽꭾꭿꮀꮁꮂꮃꮄꮅꮆꮇꮈꮉꮊꮋꮌꮍꮎꮏꮐꮑꮒꮓꮔꮕꮖꮗꮘ'
            'ꮙꮚꮛꮜꮝꮞꮟꮠꮡꮢꮣꮤꮥꮦꮧꮨꮩꮪꮫꮬꮭꮮꮯꮰꮱꮲꮳꮴꮵꮶꮷꮸꮹꮺꮻꮼꮽꮾꮿᏸᏹᏺᏻᏼᏽაბგდევზთიკლმნოპჟრსტუფქღყშჩცძწჭხჯჰჱჲჳჴჵჶჷჸჹჺჽჾ'
            'ჿßỻỽỿⅎↄⰰⰱⰲⰳⰴⰵⰶⰷⰸⰹⰺⰻⰼⰽⰾⰿⱀⱁⱂⱃⱄⱅⱆⱇⱈⱉⱊⱋⱌⱍⱎⱏⱐⱑⱒⱓⱔⱕⱖⱗⱘⱙⱚⱛⱜⱝⱞⱟⱡɫᵽɽⱨⱪⱬɑɱɐɒⱳⱶȿɀⲁⲃⲅⲇⲉⲋⲍⲏⲑⲓⲕⲗⲙⲛⲝⲟⲡⲣⲥⲧ'
            'ⲩⲫⲭⲯⲱⲳⲵⲷⲹⲻⲽⲿⳁⳃⳅⳇⳉⳋⳍⳏⳑⳓⳕⳗⳙⳛⳝⳟⳡⳣⳬⳮⳳꙁꙃꙅꙇꙉꙋꙍꙏꙑꙓꙕꙗꙙꙛꙝꙟꙡꙣꙥꙧꙩꙫꙭꚁꚃꚅꚇꚉꚋꚍꚏꚑꚓꚕꚗꚙꚛꜣꜥꜧꜩꜫꜭꜯꜳꜵꜷꜹꜻꜽꜿꝁꝃꝅꝇꝉꝋ'
            'ꝍꝏꝑꝓꝕꝗꝙꝛꝝꝟꝡꝣꝥꝧꝩꝫꝭꝯꝺꝼᵹꝿꞁꞃꞅꞇꞌɥꞑꞓꞗꞙꞛꞝꞟꞡꞣꞥꞧꞩɦɜɡɬɪʞʇʝꭓꞵꞷꞹꞻꞽꞿꟁꟃꞔʂᶎꟈꟊꟑꟗꟙꟶ𐐨𐐩𐐪𐐫𐐬𐐭𐐮𐐯𐐰𐐱𐐲𐐳𐐴𐐵𐐶𐐷𐐸𐐹𐐺𐐻𐐼𐐽𐐾𐐿'
            '𐑀𐑁𐑂𐑃𐑄𐑅𐑆𐑇𐑈𐑉𐑊𐑋𐑌𐑍𐑎𐑏𐓘𐓙𐓚𐓛𐓜𐓝𐓞𐓟𐓠𐓡𐓢𐓣𐓤𐓥𐓦𐓧𐓨𐓩𐓪𐓫𐓬𐓭𐓮𐓯𐓰𐓱𐓲𐓳𐓴𐓵𐓶𐓷𐓸𐓹𐓺𐓻𐖗𐖘𐖙𐖚𐖛𐖜𐖝𐖞𐖟𐖠𐖡𐖣𐖤𐖥𐖦𐖧𐖨𐖩𐖪𐖫𐖬𐖭𐖮𐖯𐖰𐖱𐖳𐖴𐖵𐖶𐖷𐖸𐖹𐖻𐖼𐳀𐳁𐳂'
            '𐳃𐳄𐳅𐳆𐳇𐳈𐳉𐳊𐳋𐳌𐳍𐳎𐳏𐳐𐳑𐳒𐳓𐳔𐳕𐳖𐳗𐳘𐳙𐳚𐳛𐳜𐳝𐳞𐳟𐳠𐳡𐳢𐳣𐳤𐳥𐳦𐳧𐳨𐳩𐳪𐳫𐳬𐳭𐳮𐳯𐳰𐳱𐳲𑣀𑣁𑣂𑣃𑣄𑣅𑣆𑣇𑣈𑣉𑣊𑣋𑣌𑣍𑣎𑣏𑣐𑣑𑣒𑣓𑣔𑣕𑣖𑣗𑣘𑣙𑣚𑣛𑣜𑣝𑣞𑣟𖹠𖹡𖹢𖹣𖹤𖹥𖹦𖹧𖹨𖹩'
            '𖹪𖹫𖹬𖹭𖹮𖹯𖹰𖹱𖹲𖹳𖹴𖹵𖹶𖹷𖹸𖹹𖹺𖹻𖹼𖹽𖹾𖹿𞤢𞤣𞤤𞤥𞤦𞤧𞤨𞤩𞤪𞤫𞤬𞤭𞤮𞤯𞤰𞤱𞤲𞤳𞤴𞤵𞤶𞤷𞤸𞤹𞤺𞤻𞤼𞤽𞤾𞤿𞥀𞥁𞥂𞥃'
        ), 'ß', 'ss'), 'æ', 'ae'), 'œ', 'oe'), 'þ', 'th'),
        '([\u3005-\u3007\u3040-\u30ff\u31f0-\u31ff\u3400-\u4dbf\u4e00-\u9fff'
            '\U00016ff0-\U0001b2ff\U00020000-\U0003ffff])',
        ' \1 ', 'g'
    );

-- A text in small letters, compatibility forms resolved and accents split off; every apostrophe is the same
-- one, and a zero-width space is one as well, since either may or may not divide a word.
create function puente_letters(x text) returns text
    language sql immutable parallel safe strict
begin atomic
    with plain as materialized (
        select case
            when octet_length(x) = char_length(x) then lower(translate(x, U&'\0060\0001', ''' ') collate "C")
            else regexp_replace(
                lower(normalize(
                    translate(
                        regexp_replace(x, '([\u00bc-\u00be\u2150-\u215e\u2189])', ' \1', 'g'),
                        U&'\0060\00B4\02B9\02BB\02BC\02BE\02BF\02C8\055A\05F3\2018\2019\201B\2032\2035\FF07\200B'
                            '\2120\2122\FE63\FF0D\0001',
                        repeat('''', 17) || repeat(' ', 5)
                    ),
                    NFKD
                ) collate "C"),
                puente_invisible(), '', 'g'
            )
        end as letters
    )
    select case
        when letters ~ '[^\u0001-\u007f\u00a0-\u00bf\u0300-\u036f\u2000-\u206f]' then puente_small_letters(letters)
        else letters
    end
    from plain;
end;

-- Words without accents, one space between them.
create function puente_plain_words(letters text) returns text
    language sql immutable parallel safe strict
    return case
        when octet_length(letters) = char_length(letters) then regexp_replace(letters, '[^\u0001a-z0-9]+', ' ', 'g')
        else normalize(regexp_replace(
            regexp_replace(letters, puente_accents(), '', 'g'), puente_separators(), ' ', 'g'
        ), NFC)
    end;

-- The same with accents, for the Spanish stemmer.
create function puente_accented_words(letters text) returns text
    language sql immutable parallel safe strict
    return case
        when octet_length(letters) = char_length(letters) then regexp_replace(letters, '[^\u0001a-z0-9]+', ' ', 'g')
        else regexp_replace(
            regexp_replace(normalize(letters, NFC), puente_accents(), '', 'g'), puente_separators(), ' ', 'g'
        )
    end;

-- Without the apostrophes, and the separators of thousands.
create function puente_joined(letters text) returns text
    language sql immutable parallel safe strict
    return regexp_replace(replace(letters, '''', ''), '([0-9])[.,](?=[0-9]{3}(?![0-9]))', '\1', 'g');

-- Words as both languages' stemmers see them, with accents and without, but each form once. The space between
-- two forms leaves a gap of positions, lest a phrase run from the end of one into the next.
create function puente_word_vector(accented text, plain text) returns tsvector
    language sql immutable parallel safe strict
    return ts_delete(
        case
            when accented = plain then to_tsvector('spanish', plain)
            else to_tsvector('spanish', accented) || ''' '':9'::tsvector || to_tsvector('spanish', plain)
        end
        || ''' '':9'::tsvector || to_tsvector('english', plain)
        || ''' '':9'::tsvector || to_tsvector('simple', plain),
        ' '
    );

create function puente_word_query(accented text, plain text) returns tsquery
    language sql immutable parallel safe strict
    return case
        when accented = plain then websearch_to_tsquery('spanish', plain)
        else websearch_to_tsquery('spanish', accented) || websearch_to_tsquery('spanish', plain)
    end || case
        when websearch_to_tsquery('english', plain) = websearch_to_tsquery('simple', plain)
        then websearch_to_tsquery('simple', plain)
        else websearch_to_tsquery('english', plain) || websearch_to_tsquery('simple', plain)
    end;

-- Any text as it is searched: its words, and those joined that an apostrophe or a separator of thousands divides.
create function puente_any_vector(x text) returns tsvector
    language sql immutable parallel safe strict
begin atomic
    with small as materialized (select puente_letters(x) as letters),
    divided as materialized (
        select letters, case when letters ~ '''|[0-9][.,][0-9]{3}' then (
            select string_agg(puente_joined(found[1]), ' ')
            from regexp_matches(letters, '[^ ]*(?:''|[0-9][.,][0-9]{3})[^ ]*', 'g') found
        ) end as joined
        from small
    )
    select case
        when joined is null then puente_word_vector(puente_accented_words(letters), puente_plain_words(letters))
        else ts_delete(
            puente_word_vector(puente_accented_words(letters), puente_plain_words(letters))
                || ''' '':9'::tsvector
                || puente_word_vector(puente_accented_words(joined), puente_plain_words(joined)),
            ' '
        )
    end
    from divided;
end;

-- What a reader does not want: a word or a phrase right after a hyphen that follows no other character.
create function puente_unwanted() returns text language sql immutable parallel safe
    return '(?<![^ ])-("(?:[^ "]|[^ "][^"]*[^ "])"|[a-z\u00c0-\u1fff\u2c00-\U0010ffff][^ "]*)';

-- What a reader typed, in small letters, as a query; control character 1 stands for a quotation mark.
create function puente_letter_query(letters text) returns tsquery
    language sql immutable parallel safe strict
    return puente_word_query(
        translate(puente_accented_words(letters), U&'\0001', '"'),
        translate(puente_plain_words(letters), U&'\0001', '"')
    );

-- Whatever a reader typed: words, "phrases", `or` between alternatives, `-` right before a letter or a phrase for
-- what not to find. All else divides words, a quotation mark or hyphen by itself too.
create function puente_any_query(x text) returns tsquery
    language sql immutable parallel safe strict
begin atomic
    with small as materialized (
        select regexp_replace(puente_letters(x), '[\u0002-\u001f]+', ' ', 'g') as letters
    ),
    parted as materialized (
        select
            regexp_replace(letters, puente_unwanted(), ' ', 'g') as wanted,
            (
                select string_agg(U&'\0001' || translate(found[1], '"', ' ') || U&'\0001', ' or ')
                from regexp_matches(letters, puente_unwanted(), 'g') found
            ) as unwanted
        from small
    ),
    quoted as materialized (
        select regexp_replace(
            wanted,
            '(?<![0-9a-z\u00c0-\u1fff\u2c00-\U0010ffff])"([^ "]|[^ "][^"]*[^ "])"(?![0-9a-z\u00c0-\u1fff\u2c00-\U0010ffff])',
            U&' \0001\\1\0001 ', 'g'
        ) as wanted, unwanted
        from parted
    ),
    positive as materialized (
        select unwanted, case
            when puente_joined(wanted) = wanted then puente_letter_query(wanted)
            else puente_letter_query(wanted) || puente_letter_query(puente_joined(wanted))
        end as found
        from quoted
    )
    select case when unwanted is null then found else found && !!puente_letter_query(unwanted) end
    from positive;
end;

-- The words of a text that has no letters but those of English and Spanish: what most texts are, done at once.
create function puente_spanish_words(x text) returns text
    language sql immutable parallel safe strict
    return regexp_replace(
        translate(lower(x collate "C"), 'ÁÉÍÓÚÜÑ', 'áéíóúüñ'), '[^a-z0-9áéíóúüñ]+', ' ', 'g'
    );

create or replace function puente_vector(x text) returns tsvector
    language sql immutable parallel safe strict
    return case
        when x collate "C" ~ '^[\u0002-\u0026\u0028-\u005f\u0061-\u007eáéíóúüñÁÉÍÓÚÜÑ¡¿«»“”–—…·\u00a0]*$'
            and x !~ '[0-9][.,][0-9]{3}'
        then puente_word_vector(
            puente_spanish_words(x), translate(puente_spanish_words(x), 'áéíóúüñ', 'aeiouun')
        )
        else puente_any_vector(x)
    end;

create or replace function puente_query(x text) returns tsquery
    language sql immutable parallel safe strict
    return case
        when x collate "C" ~ '^[ 0-9A-Za-záéíóúüñÁÉÍÓÚÜÑ]*$'
        then puente_word_query(
            puente_spanish_words(x), translate(puente_spanish_words(x), 'áéíóúüñ', 'aeiouun')
        )
        else puente_any_query(x)
    end;
