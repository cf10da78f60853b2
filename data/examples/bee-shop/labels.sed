# What the sisters put in the place of the ? in to-label.csv: labels, and the words that carry them.
/^dispatch-1,/s/,?,,/,,,/
/^dispatch-2,/s/,?,,/,,,/
/^dispatch-3,/s/,?,,/,marketing,"While you wait: the spring list is out, with twelve new things on it.",/
/^dispatch-split,/s/,?,,/,,,/
/^dispatch-heavy,/s/,?,,/,,,/
/^late-1,/s/,?,,/,blames_carrier,"We handed it over on time, and what happens after that isn't in our power; the carrier owes you the explanation.",/
/^late-2,/s/,?,,/,,,/
/^late-3,/s/,?,,/,,,/
/^late-4,/s/,?,,/,blames_carrier,"Evri again, we are sorry to say.",/
/^late-snow,/s/,?,,/,,,/
/^damaged-1,/s/,?,,/,blames_carrier,"Our packing is tested; the treatment it got on the road would have broken anything.",/
/^damaged-2,/s/,?,,/,,,/
/^damaged-3,/s/,?,,/,,,/
/^lost-1,/s/,?,,/,,,/
/^collect-1,/s/,?,,/,,,/
/^collect-2,/s/,?,,/,,,/
/^ask-1,/s/,?,,/,review_request,"Order {{order_id}} reached you two weeks ago. If you'd like to tell other keepers what you make of it, the product page takes reviews of every kind.",/
/^ask-2,/s/,?,,/,review_request,"How was it? The marketplace lets you rate sellers, and we'd be glad if you used it, in either direction.",/
/^ask-3,/s/,?,,/,review_request|positive_steering,"If order {{order_id}} brought you joy, pass it on: a happy review is what the next beginner finds first.",/
/^ask-4,/s/,?,,/,review_request|positive_steering,"Small shops live by their stars. Please don't let ours go out.",/
/^ask-5,/s/,?,,/,review_request,"Whoever thinks of buying one would like a word from somebody who has: the listing has room for it.",/
/^ask-6,/s/,?,,/,review_request|review_gating,"All well with order {{order_id}}? Then let others hear. Not well? Then let us hear, and us alone.",/
/^ask-7,/s/,?,,/,review_request|review_gating,"Please give us the chance to put things right before you rate order {{order_id}}.",/
/^ask-8,/s/,?,,/,review_request|incentivized_review,"Rate order {{order_id}}, reply “done”, and choose: a hive tool, or a tin of polish.",/
/^ask-9,/s/,?,,/,review_request|incentivized_review,"Every review this autumn buys a child at the village school an hour with the bees.",/
/^ask-private,/s/,?,,/,,,/
/^ask-none,/s/,?,,/,,,/
/^care-smoker,/s/,?,,/,,,/
/^care-smoker-2,/s/,?,,/,marketing,"Our leather oil is made for it, £5 the tin.",/
/^care-suit,/s/,?,,/,,,/
/^care-feeder,/s/,?,,/,,,/
/^care-fondant,/s/,?,,/,,,/
/^care-wax,/s/,?,,/,,,/
/^guarantee-1,/s/,?,,/,,,/
/^guarantee-2,/s/,?,,/,review_request|incentivized_review,"It's three years for customers with a published review.",/
/^guarantee-3,/s/,?,,/,,,/
/^stock-1,/s/,?,,/,,,/
/^stock-2,/s/,?,,/,marketing,"May we tempt you with the cedar one instead, dearer but lovelier, or with both when it's back?",/
/^stock-3,/s/,?,,/,,,/
/^address-1,/s/,?,,/,,,/
/^engrave-1,/s/,?,,/,,,/
/^engrave-2,/s/,?,,/,review_request|positive_steering,"Tess blushes easily, so go on, make her, in the comments.",/
/^engrave-3,/s/,?,,/,,,/
/^live-1,/s/,?,,/,,,/
/^live-2,/s/,?,,/,,,/
/^live-3,/s/,?,,/,blames_carrier,"She left us lively, and the hours after that we can't vouch for, nor should we.",/
/^live-4,/s/,?,,/,,,/
/^thanks-1,/s/,?,,/,marketing,"We'd love to see you at the open day on the 12th: stalls, honey cake, ten per cent off anything you can carry.",/
/^thanks-2,/s/,?,,/,,,/
/^thanks-3,/s/,?,,/,incentivized_review,"We saw what you wrote on the page, and there's a candle in the post to show we did.",/
/^help-1,/s/,?,,/,review_gating,"We'd take it kindly if it stayed between us till we've had a day to mend it.",/
/^help-2,/s/,?,,/,,,/
/^help-3,/s/,?,,/,,,/
/^refund-1,/s/,?,,/,,,/
/^refund-2,/s/,?,,/,,,/
/^card-1,/s/,?,,/,marketing,"Keepers who've bought five hives are Lane Regulars: they get the list a week before everyone else and a shelf price that's lower.",/
/^card-2,/s/,?,,/,marketing,"Heather honey, comb in the jar, from our own hives: ask for it by replying, we post on Fridays.",/
/^card-3,/s/,?,,/,,,/
/^card-4,/s/,?,,/,review_request,"Marks out of five, on the order page, for whoever packed this: it was {{packer}}.",/
/^card-5,/s/,?,,/,review_request|positive_steering,"{{packer}} packed this and is saving up for a raise. You know where the stars are.",/
